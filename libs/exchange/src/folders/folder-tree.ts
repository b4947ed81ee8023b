import { MigrationError, type SpecialUse, type TargetFolder, type WellKnownFolder } from '@sterna/domain';
import { describeFault } from '../graph/fault-error.js';
import type { FolderRequests, GraphFolder } from './folder-client.js';
import { destinationOf } from './folder-destination.js';
import { type FolderRepair, nameKey, numberedName, plainName, repairName } from './folder-name.js';

export interface EnsuredFolder {
  folderId: string;
  /** Display names from the well-known folder down, joined by a slash, as the user sees them. */
  targetPath: string;
  /** The same names one by one, for a name may hold a slash. */
  targetNames: readonly string[];
  repairs: FolderRepair[];
}

interface TreeFolder {
  id: string;
  /** Display names; the root of the mailbox has none. */
  path: readonly string[];
  /** By `nameKey`; null while the list was not read. */
  children: Map<string, GraphFolder> | null;
}

/** A folder of the source, and where it is to go when that is not said by its path and use. */
interface Source {
  path: readonly string[];
  target: TargetFolder | null;
}

interface Child {
  sourceName: string;
  repairs: Set<FolderRepair>;
}

const maxNumber = 1000;

/**
 * The folders of one mailbox as far as they were needed: each list of children is read once, when a name below it
 * is first looked for. One folder is ensured at a time, so that two of one name cannot race.
 */
export class FolderTree {
  readonly #client: FolderRequests;
  readonly #uses = new Map<string, SpecialUse>();
  /** Which source name holds a target name: by target path, in letters that do not matter. */
  readonly #claims = new Map<string, string>();
  readonly #sourceOf = new Map<string, Source>();
  readonly #successors = new Map<string, string>();
  #wellKnown = new Map<string, TreeFolder | null>();
  #byId = new Map<string, TreeFolder>();
  #ensured = new Map<string, EnsuredFolder>();
  #outboxId: string | null | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: FolderRequests) {
    this.#client = client;
  }

  /** Reads the root of the mailbox. @throws MigrationError targetMailboxMissing and others of the account */
  async open(): Promise<void> {
    await this.#wellKnownFolder('msgfolderroot');
  }

  /**
   * The target folder of a source folder, made where it is missing. Without a request once it was ensured.
   * @throws MigrationError targetFolderRefused (folder), or one of the account
   */
  ensure(
    path: readonly string[],
    specialUse: SpecialUse | null,
    target: TargetFolder | null = null,
  ): Promise<EnsuredFolder> {
    return this.#inTurn(() => this.#ensureOnce({ path, target }, specialUse));
  }

  /** The folder that took the place of `folderId`, or `folderId` itself. */
  current(folderId: string): string {
    const successor = this.#successors.get(folderId);
    return successor === undefined ? folderId : this.current(successor);
  }

  /** Makes a folder again that the user deleted; null when this mailbox never ensured it. */
  replace(folderId: string): Promise<string | null> {
    return this.#inTurn(async () => {
      if (this.current(folderId) !== folderId) return this.current(folderId);
      const source = this.#sourceOf.get(folderId);
      if (source === undefined) return null;
      this.#forget();
      const ensured = await this.#ensureOnce(source, null);
      if (ensured.folderId === folderId) return null;
      this.#successors.set(folderId, ensured.folderId);
      return ensured.folderId;
    });
  }

  /**
   * Says which source name a target folder was made for in an earlier pass, so that names which are the same once they
   * are repaired stay apart in every pass.
   */
  remember(targetNames: readonly string[], sourceName: string): void {
    const key = JSON.stringify(targetNames.map(nameKey));
    if (!this.#claims.has(key)) this.#claims.set(key, sourceName);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #ensureOnce(source: Source, specialUse: SpecialUse | null): Promise<EnsuredFolder> {
    const name = JSON.stringify(source.path);
    if (specialUse !== null && this.#uses.get(name) !== specialUse) {
      this.#uses.set(name, specialUse);
      this.#ensured.clear();
    }
    const key = JSON.stringify([source.path, source.target]);
    const known = this.#ensured.get(key);
    if (known !== undefined) return known;
    const ensured = await this.#walkAgain(source);
    this.#ensured.set(key, ensured);
    this.#sourceOf.set(ensured.folderId, source);
    return ensured;
  }

  /** What was remembered may be gone meanwhile: then everything is looked up anew, once. */
  async #walkAgain(source: Source): Promise<EnsuredFolder> {
    try {
      return await this.#walk(source);
    } catch (error) {
      if (!(error instanceof MigrationError) || error.context['status'] !== 404) throw error;
      if (error.code === 'targetMailboxMissing' || error.code === 'targetMailboxNotEnabled') throw error;
      this.#forget();
      return this.#walk(source);
    }
  }

  #forget(): void {
    this.#wellKnown = new Map();
    this.#byId = new Map();
    this.#ensured = new Map();
  }

  async #walk({ path, target }: Source): Promise<EnsuredFolder> {
    const destination = target ?? destinationOf(path, (each) => this.#uses.get(JSON.stringify(each)) ?? null);
    const start = await this.#startOf(destination.wellKnown);
    let { folder } = start;
    const repairs = new Set<FolderRepair>();
    for (const sourceName of [...start.names, ...destination.names]) {
      folder = await this.#child(folder, { sourceName, repairs });
    }
    const targetPath = folder.path.join('/');
    return { folderId: folder.id, targetPath, targetNames: folder.path, repairs: [...repairs] };
  }

  /** A mailbox may lack a well-known folder, such as the archive: then a plain one of that name does. */
  async #startOf(wellKnown: WellKnownFolder): Promise<{ folder: TreeFolder; names: string[] }> {
    const folder = await this.#wellKnownFolder(wellKnown);
    if (folder !== null) return { folder, names: [] };
    const root = await this.#wellKnownFolder('msgfolderroot');
    if (root === null) throw new Error('a mailbox has a root');
    return { folder: root, names: [wellKnown === 'archive' ? 'Archive' : wellKnown] };
  }

  async #wellKnownFolder(name: WellKnownFolder): Promise<TreeFolder | null> {
    const known = this.#wellKnown.get(name);
    if (known !== undefined) return known;
    const found = await this.#client.wellKnown(name);
    const path = found === null || name === 'msgfolderroot' ? [] : [found.displayName];
    const folder = found === null ? null : this.#node(found.id, path);
    this.#wellKnown.set(name, folder);
    return folder;
  }

  /** The same node for the same id, however it was found. */
  #node(id: string, path: readonly string[]): TreeFolder {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const node: TreeFolder = { id, path, children: null };
    this.#byId.set(id, node);
    return node;
  }

  async #child(parent: TreeFolder, child: Child): Promise<TreeFolder> {
    const repaired = repairName(child.sourceName);
    for (const repair of repaired.repairs) child.repairs.add(repair);
    let { name } = repaired;
    for (let number = 1; number <= maxNumber; number += 1) {
      const candidate = numberedName(name, number);
      if (!this.#mayTake(parent, candidate, child)) continue;
      const taken = await this.#take(parent, candidate);
      if (taken.kind === 'taken') continue;
      if (taken.kind === 'refused') {
        if (plainName(name) === name) throw refusedName(child.sourceName, taken.reason);
        name = plainName(name);
        child.repairs.add('folderNameCharactersReplaced');
        number = 0;
        continue;
      }
      if (number > 1) child.repairs.add('folderNameNumbered');
      this.#claims.set(claimKey(parent, candidate), child.sourceName);
      return taken.folder;
    }
    throw refusedName(child.sourceName, 'all names like it are taken');
  }

  /** A name belongs to the first source folder that it was given to; others that only differ in case share it. */
  #mayTake(parent: TreeFolder, candidate: string, child: Child): boolean {
    const holder = this.#claims.get(claimKey(parent, candidate));
    if (holder === undefined || holder === child.sourceName) return true;
    if (nameKey(holder) !== nameKey(child.sourceName)) return false;
    child.repairs.add('folderNameCaseMerged');
    return true;
  }

  async #take(parent: TreeFolder, name: string): Promise<Taking> {
    const found = await this.#find(parent, name);
    if (found !== undefined) return this.#existing(parent, found);
    const creation = await this.#client.create(parent.id, name);
    switch (creation.kind) {
      case 'created':
        return { kind: 'folder', folder: this.#add(parent, creation.folder) };
      case 'refused':
        return { kind: 'refused', reason: describeFault(creation.fault) };
      case 'exists': {
        parent.children = null;
        const rival = await this.#find(parent, name);
        // folders that hold no mail, such as Contacts, take their name without being listed
        return rival === undefined ? { kind: 'taken' } : this.#existing(parent, rival);
      }
    }
  }

  async #existing(parent: TreeFolder, found: GraphFolder): Promise<Taking> {
    const known = this.#byId.get(found.id);
    if (known !== undefined) return { kind: 'folder', folder: known };
    if (found.isHidden || (await this.#isOutbox(parent, found))) return { kind: 'taken' };
    return { kind: 'folder', folder: this.#node(found.id, [...parent.path, found.displayName]) };
  }

  /** Mail in the outbox would wait to be sent; its name depends on the language of the mailbox. */
  async #isOutbox(parent: TreeFolder, found: GraphFolder): Promise<boolean> {
    if (parent.path.length > 0) return false;
    if (this.#outboxId === undefined) this.#outboxId = (await this.#client.wellKnown('outbox'))?.id ?? null;
    return found.id === this.#outboxId;
  }

  async #find(parent: TreeFolder, name: string): Promise<GraphFolder | undefined> {
    parent.children ??= new Map(
      (await this.#client.children(parent.id)).map((each) => [nameKey(each.displayName), each]),
    );
    return parent.children.get(nameKey(name));
  }

  #add(parent: TreeFolder, created: GraphFolder): TreeFolder {
    parent.children?.set(nameKey(created.displayName), created);
    const folder = this.#node(created.id, [...parent.path, created.displayName]);
    folder.children ??= new Map();
    return folder;
  }
}

type Taking =
  { kind: 'folder'; folder: TreeFolder } | { kind: 'taken' } | { kind: 'refused'; reason: string };

const claimKey = (parent: TreeFolder, name: string): string =>
  JSON.stringify([...parent.path, name].map(nameKey));

function refusedName(name: string, reason: string): MigrationError {
  return new MigrationError({
    code: 'targetFolderRefused',
    scope: 'folder',
    retry: { kind: 'never' },
    message: `the folder '${name.slice(0, 80)}' cannot be made in the target mailbox: ${reason}; rename it at the source`,
  });
}
