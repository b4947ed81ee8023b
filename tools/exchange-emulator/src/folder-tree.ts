import { GraphError } from './graph-error.js';
import type { StoredMessage } from './message.js';

/** A mail folder. `children` is keyed by the display name in lower case: Exchange compares so. */
export interface Folder {
  id: string;
  displayName: string;
  wellKnownName: string | null;
  parent: Folder | null;
  children: Map<string, Folder>;
  isHidden: boolean;
  messages: Set<StoredMessage>;
  unreadCount: number;
}

interface WellKnownFolder {
  name: string;
  displayName: string;
  parent: string | null;
  isHidden?: boolean;
}

/** Well-known folders of the Graph page "mailFolder resource type" with the names an English mailbox shows. */
const wellKnownFolders: readonly WellKnownFolder[] = [
  { name: 'msgfolderroot', displayName: 'Top of Information Store', parent: null },
  { name: 'archive', displayName: 'Archive', parent: 'msgfolderroot' },
  { name: 'conversationhistory', displayName: 'Conversation History', parent: 'msgfolderroot' },
  { name: 'deleteditems', displayName: 'Deleted Items', parent: 'msgfolderroot' },
  { name: 'drafts', displayName: 'Drafts', parent: 'msgfolderroot' },
  { name: 'inbox', displayName: 'Inbox', parent: 'msgfolderroot' },
  { name: 'junkemail', displayName: 'Junk Email', parent: 'msgfolderroot' },
  { name: 'outbox', displayName: 'Outbox', parent: 'msgfolderroot' },
  { name: 'sentitems', displayName: 'Sent Items', parent: 'msgfolderroot' },
  { name: 'clutter', displayName: 'Clutter', parent: 'msgfolderroot', isHidden: true },
  { name: 'syncissues', displayName: 'Sync Issues', parent: 'msgfolderroot', isHidden: true },
  { name: 'conflicts', displayName: 'Conflicts', parent: 'syncissues' },
  { name: 'localfailures', displayName: 'Local Failures', parent: 'syncissues' },
  { name: 'serverfailures', displayName: 'Server Failures', parent: 'syncissues' },
  { name: 'recoverableitemsdeletions', displayName: 'Deletions', parent: null },
  { name: 'scheduled', displayName: 'Scheduled', parent: null },
  { name: 'searchfolders', displayName: 'Finder', parent: null },
];

const folderNotFound = (): GraphError =>
  new GraphError(
    404,
    'ErrorItemNotFound',
    'The specified object was not found in the store., The process failed to get the correct properties.',
  );

/** The folders of one mailbox. `newId` makes the id of a folder; `localNames` replaces English display names. */
export class FolderTree {
  private readonly byId = new Map<string, Folder>();
  private readonly byWellKnownName = new Map<string, Folder>();
  private readonly newId: () => string;

  constructor(newId: () => string, localNames: Readonly<Record<string, string>> = {}) {
    this.newId = newId;
    for (const { name, displayName, parent, isHidden } of wellKnownFolders) {
      const under = parent === null ? null : this.wellKnown(parent);
      const folder = this.attach(under, localNames[name] ?? displayName, isHidden ?? false);
      folder.wellKnownName = name;
      this.byWellKnownName.set(name, folder);
    }
  }

  /** @throws GraphError 404 for an unknown id, 400 ErrorInvalidIdMalformed for what cannot be an id */
  find(idOrName: string): Folder {
    const found = this.byId.get(idOrName) ?? this.byWellKnownName.get(idOrName.toLowerCase());
    if (found !== undefined) return found;
    if (!/^A[AQ]/.test(idOrName)) throw new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
    throw folderNotFound();
  }

  wellKnown(name: string): Folder {
    const folder = this.byWellKnownName.get(name);
    if (folder === undefined) throw new Error(`No well-known folder is called ${name}`);
    return folder;
  }

  /** @throws GraphError 409 ErrorFolderExists when a sibling has the name in any letter case */
  create(parent: Folder, displayName: string, isHidden: boolean): Folder {
    this.refuseTaken(parent, displayName, null);
    return this.attach(parent, displayName, isHidden);
  }

  /** @throws GraphError 409 ErrorFolderExists, 403 for a well-known folder */
  rename(folder: Folder, displayName: string): void {
    if (folder.wellKnownName !== null) throw distinguishedFolder();
    const parent = folder.parent;
    if (parent === null) throw distinguishedFolder();
    this.refuseTaken(parent, displayName, folder);
    parent.children.delete(folder.displayName.toLowerCase());
    folder.displayName = displayName;
    parent.children.set(displayName.toLowerCase(), folder);
  }

  /** Takes the folder and all below it out of the tree and returns them. */
  remove(folder: Folder): Folder[] {
    if (folder.wellKnownName !== null) throw distinguishedFolder();
    folder.parent?.children.delete(folder.displayName.toLowerCase());
    const removed = [folder];
    for (const each of removed) removed.push(...each.children.values());
    for (const each of removed) this.byId.delete(each.id);
    return removed;
  }

  private refuseTaken(parent: Folder, displayName: string, except: Folder | null): void {
    const sibling = parent.children.get(displayName.toLowerCase());
    if (sibling === undefined || sibling === except) return;
    throw new GraphError(
      409,
      'ErrorFolderExists',
      `A folder with the specified name already exists., Could not create folder '${displayName}'.`,
    );
  }

  private attach(parent: Folder | null, displayName: string, isHidden: boolean): Folder {
    const folder: Folder = {
      id: this.newId(),
      displayName,
      wellKnownName: null,
      parent,
      children: new Map(),
      isHidden,
      messages: new Set(),
      unreadCount: 0,
    };
    this.byId.set(folder.id, folder);
    parent?.children.set(displayName.toLowerCase(), folder);
    return folder;
  }
}

const distinguishedFolder = (): GraphError =>
  new GraphError(
    403,
    'ErrorDeleteDistinguishedFolder',
    'Distinguished folders cannot be renamed or deleted.',
  );

/** Names from below the root to the folder itself. */
export function folderPath(folder: Folder): string[] {
  const { parent } = folder;
  if (parent === null || parent.parent === null) return [folder.displayName];
  return [...folderPath(parent), folder.displayName];
}
