import { serveAttachments } from './attachment-routes.js';
import type { Directory } from './directory.js';
import type { Folder } from './folder-tree.js';
import { serveChildFolders, serveFolder } from './folder-routes.js';
import { GraphError, itemNotFound, methodNotAllowed, segmentNotFound } from './graph-error.js';
import type { GraphRequest, GraphResponse } from './graph-exchange.js';
import type { Mailbox } from './mailbox.js';
import { type MessageRequest, serveMessage, serveMessages } from './message-routes.js';
import { viewUser } from './message-view.js';
import { refuseUnknownOptions } from './query-options.js';
import type { Spool } from './spool.js';
import type { UploadSessions } from './upload-session.js';

/** What the routes below /users/{id} work on. */
export interface GraphService {
  directory: Directory;
  spool: Spool;
  uploads: UploadSessions;
  maxMessageBytes: number;
}

function requireRole(request: GraphRequest, accepted: readonly string[]): void {
  if (request.roles.some((role) => accepted.includes(role))) return;
  throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

const userRoles = [
  'User.Read.All',
  'User.ReadBasic.All',
  'User.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
];

/** Answers one Graph request that is not a $batch. */
export async function serveGraph(service: GraphService, request: GraphRequest): Promise<GraphResponse> {
  const [collection, user, ...rest] = request.path;
  if (collection === 'me') {
    throw new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
  }
  if (collection !== 'users' || user === undefined) throw segmentNotFound(collection ?? '');
  refuseUnknownOptions(request.query);
  if (rest.length === 0) return serveUser(service, request, user);
  requireRole(request, request.method === 'GET' ? ['Mail.ReadWrite', 'Mail.Read'] : ['Mail.ReadWrite']);
  const mailbox = service.directory.mailbox(user);
  const context = { request, mailbox, folder: null, ...service };
  if (rest[0] === 'messages') return serveMessagePath(context, rest.slice(1));
  if (rest[0] === 'mailFolders') return serveFolderPath(context, rest.slice(1));
  throw segmentNotFound(rest[0] ?? '');
}

function serveUser({ directory }: GraphService, request: GraphRequest, user: string): GraphResponse {
  if (request.method !== 'GET') throw methodNotAllowed();
  if (!request.roles.some((role) => userRoles.includes(role))) {
    throw new GraphError(
      403,
      'Authorization_RequestDenied',
      'Insufficient privileges to complete the operation.',
    );
  }
  const found = directory.find(user);
  if (found !== null) return { status: 200, body: viewUser(found) };
  throw new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${user}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

type PathContext = MessageRequest & { uploads: UploadSessions };

/** .../messages and what follows. */
async function serveMessagePath(context: PathContext, rest: readonly string[]): Promise<GraphResponse> {
  const [id, next, ...below] = rest;
  if (id === undefined) return serveMessages(context);
  const message = context.mailbox.find(id);
  if (context.folder !== null && message.folder !== context.folder) throw itemNotFound();
  if (next === 'attachments') return serveAttachments(context, message, below);
  return serveMessage(context, message, next === undefined ? [] : [next, ...below]);
}

/** .../mailFolders/{id}/childFolders/{id}/... down to a folder, its children or its messages. */
async function serveFolderPath(context: PathContext, rest: readonly string[]): Promise<GraphResponse> {
  const { request, mailbox } = context;
  let parent: Folder = mailbox.folders.wellKnown('msgfolderroot');
  let left = rest;
  for (;;) {
    const [id, next, ...below] = left;
    if (id === undefined) return serveChildFolders(request, mailbox, parent);
    const folder = findBelow(mailbox, parent, id, left === rest);
    if (next === undefined) return serveFolder(request, mailbox, folder);
    if (next === 'messages') return serveMessagePath({ ...context, folder }, below);
    if (next !== 'childFolders') throw segmentNotFound(next);
    parent = folder;
    left = below;
  }
}

/** /mailFolders/{id} finds a folder at any depth; /childFolders/{id} only a child of that folder. */
function findBelow(mailbox: Mailbox, parent: Folder, id: string, atAnyDepth: boolean): Folder {
  const folder = mailbox.folders.find(id);
  if (!atAnyDepth && folder.parent !== parent) throw itemNotFound();
  return folder;
}
