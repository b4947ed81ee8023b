import { validateEntity } from './body-validation.js';
import { matches } from './filter.js';
import type { Folder } from './folder-tree.js';
import { GraphError, methodNotAllowed } from './graph-error.js';
import { type GraphRequest, type GraphResponse, jsonBody } from './graph-exchange.js';
import { booleanAt, type JsonObject, stringAt } from './json.js';
import type { Mailbox } from './mailbox.js';
import { filterOf, pageOf, selectOf } from './query-options.js';
import { refuseReadOnlyAtCreation, refuseReadOnlyLater } from './writable-properties.js';

function viewFolder(folder: Folder, select: ReadonlySet<string> | null): JsonObject {
  const view: JsonObject = {
    id: folder.id,
    displayName: folder.displayName,
    parentFolderId: folder.parent?.id ?? null,
    childFolderCount: [...folder.children.values()].filter((child) => !child.isHidden).length,
    unreadItemCount: folder.unreadCount,
    totalItemCount: folder.messages.size,
    isHidden: folder.isHidden,
  };
  if (select === null) return view;
  return Object.fromEntries(Object.entries(view).filter(([name]) => name === 'id' || select.has(name)));
}

const filterableProperties: Record<string, (folder: Folder) => string | number | boolean> = {
  displayName: (folder) => folder.displayName,
  isHidden: (folder) => folder.isHidden,
  totalItemCount: (folder) => folder.messages.size,
  unreadItemCount: (folder) => folder.unreadCount,
};

/** /mailFolders and /mailFolders/{id}/childFolders: the children of one folder. */
export function serveChildFolders(request: GraphRequest, mailbox: Mailbox, parent: Folder): GraphResponse {
  if (request.method === 'POST') return createFolder(request, mailbox, parent);
  if (request.method !== 'GET') throw methodNotAllowed();
  const filter = filterOf(request.query, (name) => Object.hasOwn(filterableProperties, name));
  const select = selectOf(request.query, 'mailFolder');
  const withHidden = request.query.get('includeHiddenFolders')?.toLowerCase() === 'true';
  const folders = [...parent.children.values()].filter((folder) => {
    if (folder.isHidden && !withHidden) return false;
    if (filter === null) return true;
    return matches(filter, {
      property: (name) => filterableProperties[name]?.(folder) ?? null,
      extendedProperty: () => null,
    });
  });
  return { status: 200, body: pageOf(folders, request, (folder) => viewFolder(folder, select)) };
}

function createFolder(request: GraphRequest, mailbox: Mailbox, parent: Folder): GraphResponse {
  const body = jsonBody(request);
  validateEntity('mailFolder', body);
  refuseReadOnlyAtCreation('mailFolder', body);
  const folder = mailbox.folders.create(parent, displayNameOf(body), booleanAt(body, 'isHidden') ?? false);
  return { status: 201, body: viewFolder(folder, null) };
}

function displayNameOf(body: JsonObject): string {
  const displayName = stringAt(body, 'displayName') ?? '';
  if (displayName.trim() !== '') return displayName;
  throw new GraphError(
    400,
    'ErrorInvalidParameter',
    'The displayName of a folder is required and cannot be empty.',
  );
}

/** /mailFolders/{id}: one folder. */
export function serveFolder(request: GraphRequest, mailbox: Mailbox, folder: Folder): GraphResponse {
  switch (request.method) {
    case 'GET':
      return { status: 200, body: viewFolder(folder, selectOf(request.query, 'mailFolder')) };
    case 'PATCH': {
      const body = jsonBody(request);
      validateEntity('mailFolder', body);
      refuseReadOnlyLater('mailFolder', body, false);
      mailbox.folders.rename(folder, displayNameOf(body));
      return { status: 200, body: viewFolder(folder, null) };
    }
    case 'DELETE':
      for (const removed of mailbox.folders.remove(folder)) {
        for (const message of [...removed.messages]) mailbox.remove(message);
      }
      return { status: 204 };
    default:
      throw methodNotAllowed();
  }
}
