import { asMigrationError, type SourceFolder, type TargetFolder } from '@sterna/domain';
import type { FolderCreation, FolderRequests, GraphFolder } from './folder-client.js';
import { type FolderRepair, nameKey } from './folder-name.js';
import { FolderTree } from './folder-tree.js';

/** A folder of the source, and where it is to go when that is not said by its path and use. */
export interface PlacedFolder extends SourceFolder {
  target: TargetFolder | null;
}

/** Where the writer would put a folder. */
export interface FolderForecast {
  path: readonly string[];
  /** Display names from the well-known folder down, joined by a slash; null where the folder would be refused. */
  targetPath: string | null;
  repairs: FolderRepair[];
  /** Messages that the target folder holds now; 0 for one that is not there yet, null where Graph did not say. */
  messagesThere: number | null;
}

export interface TargetForecast {
  folders: FolderForecast[];
  /** Of the first request after the sign-in; 0 when there was none. */
  roundTripMs: number;
}

type FolderReading = Pick<FolderRequests, 'wellKnown' | 'children'>;

/** Folders of an English mailbox that hold no mail: they are not listed, and their names are taken all the same. */
const unlisted = new Set(['calendar', 'contacts', 'journal', 'notes', 'tasks'].map(nameKey));

/** Reads a mailbox and only pretends to write: folders that are made exist in this object alone. */
class PretendedFolders implements FolderRequests {
  readonly #real: FolderReading;
  readonly #messages = new Map<string, number | null>();
  #rootId: string | null = null;
  #isEnglish = false;
  #made = 0;

  constructor(real: FolderReading) {
    this.#real = real;
  }

  async wellKnown(name: Parameters<FolderRequests['wellKnown']>[0]): Promise<GraphFolder | null> {
    const found = await this.#real.wellKnown(name);
    if (found === null) return null;
    this.#messages.set(found.id, found.messages);
    if (name === 'msgfolderroot') this.#rootId = found.id;
    if (name === 'inbox') this.#isEnglish = found.displayName === 'Inbox';
    return found;
  }

  async children(parentId: string): Promise<GraphFolder[]> {
    const found = await this.#real.children(parentId);
    for (const { id, messages } of found) this.#messages.set(id, messages);
    return found;
  }

  create(parentId: string, displayName: string): Promise<FolderCreation> {
    const isAtTop = parentId === this.#rootId;
    if (isAtTop && this.#isEnglish && unlisted.has(nameKey(displayName))) {
      return Promise.resolve({ kind: 'exists' });
    }
    this.#made += 1;
    const folder = { id: `pretended-${this.#made}`, displayName, isHidden: false, messages: 0 };
    this.#messages.set(folder.id, 0);
    return Promise.resolve({ kind: 'created', folder });
  }

  messagesIn(folderId: string): number | null {
    return this.#messages.get(folderId) ?? null;
  }
}

const displayNames: Partial<Record<string, string>> = {
  inbox: 'Inbox',
  sentitems: 'Sent Items',
  drafts: 'Drafts',
  deleteditems: 'Deleted Items',
  junkemail: 'Junk Email',
  archive: 'Archive',
};

/** A new mailbox in English, for a target that cannot be looked at. */
const emptyMailbox: FolderReading = {
  wellKnown: (name) =>
    Promise.resolve({ id: name, displayName: displayNames[name] ?? name, isHidden: false, messages: 0 }),
  children: () => Promise.resolve([]),
};

/**
 * Asks the very tree that the writer uses, on top of requests that do not write.
 * @throws MigrationError of the account
 */
export async function forecastMailbox(
  real: FolderReading,
  folders: readonly PlacedFolder[],
): Promise<TargetForecast> {
  const pretended = new PretendedFolders(real);
  const tree = new FolderTree(pretended);
  await tree.open();
  // the first request had to sign in; the second one shows how long the way is
  const started = performance.now();
  await pretended.wellKnown('inbox');
  const roundTripMs = performance.now() - started;
  const forecasts: FolderForecast[] = [];
  for (const folder of folders) forecasts.push(await forecastFolder(tree, pretended, folder));
  return { folders: forecasts, roundTripMs };
}

/** The names that folders would have in a new mailbox. */
export async function forecastEmptyMailbox(folders: readonly PlacedFolder[]): Promise<FolderForecast[]> {
  return (await forecastMailbox(emptyMailbox, folders)).folders;
}

async function forecastFolder(
  tree: FolderTree,
  pretended: PretendedFolders,
  { path, specialUse, target }: PlacedFolder,
): Promise<FolderForecast> {
  try {
    const { folderId, targetPath, repairs } = await tree.ensure(path, specialUse, target);
    return { path, targetPath, repairs, messagesThere: pretended.messagesIn(folderId) };
  } catch (error) {
    if (asMigrationError(error).scope !== 'folder') throw error;
    return { path, targetPath: null, repairs: [], messagesThere: null };
  }
}
