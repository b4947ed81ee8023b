import type { Folder } from '@sterna/state';
import type { FolderPosition } from '../pass/pass-output.js';
import { uidValiditiesOf } from './saved-folders.js';

/** A name and UIDVALIDITY that the source does not have any more. */
export type FormerFolder = FolderPosition;

/**
 * Finds what a folder was called before. A folder is the same under another name when the name that is gone had its
 * MAILBOXID (RFC 8474), or its UIDVALIDITY; the latter is no proof, for Dovecot gives one to all folders of a second,
 * so the messages have to agree as well: see FormerMessages.
 */
export class FormerFolders {
  readonly #byMailboxId = new Map<string, Folder[]>();
  readonly #byUidValidity = new Map<number, Folder[]>();

  /** @param live the UIDVALIDITY of each folder that the source has, null where it did not say */
  constructor(
    saved: Iterable<Folder>,
    private readonly live: ReadonlyMap<string, number | null>,
  ) {
    for (const folder of saved) {
      if (folder.mailboxId !== null) put(this.#byMailboxId, folder.mailboxId, folder);
      for (const uidValidity of uidValiditiesOf(folder)) put(this.#byUidValidity, uidValidity, folder);
    }
  }

  of({ folderId, uidValidity, mailboxId }: FolderPosition & { mailboxId: string | null }): FormerFolder[] {
    const sameId = mailboxId === null ? [] : (this.#byMailboxId.get(mailboxId) ?? []);
    const sameValidity = this.#byUidValidity.get(uidValidity) ?? [];
    const former = [
      ...sameId.flatMap((folder) =>
        uidValiditiesOf(folder).map((each) => ({ folderId: folder.folderId, uidValidity: each })),
      ),
      ...sameValidity.map((folder) => ({ folderId: folder.folderId, uidValidity })),
    ];
    const unique = new Map(former.map((each) => [`${each.folderId}.${each.uidValidity}`, each]));
    return [...unique.values()].filter((each) => each.folderId !== folderId && !this.#isLive(each));
  }

  #isLive({ folderId, uidValidity }: FormerFolder): boolean {
    const now = this.live.get(folderId);
    return now === uidValidity || now === null;
  }
}

function put<K>(map: Map<K, Folder[]>, key: K, folder: Folder): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [folder]);
  else list.push(folder);
}
