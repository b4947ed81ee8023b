import { folderIdOf, isFolderWanted, mappedFolder, readingRank, type SpecialUse } from '@sterna/domain';
import type { OpenedFolder, SourceFolderStatus } from '@sterna/imap';
import type { Folder } from '@sterna/state';
import { cancelled } from '../pass/steady-session.js';
import type { FolderPosition } from '../pass/pass-output.js';
import type { FolderFaults } from './folder-faults.js';
import { type FormerFolder, FormerFolders } from './former-folders.js';
import { type Again, type FolderPlan, onlyToDo, planFolder, uidsAgain } from './folder-plan.js';
import {
  excluded,
  goneWithFolder,
  goneFromSource,
  renumbered,
  renumberedMeanwhile,
  unreadableReason,
} from './source-outcomes.js';
import { isUnchanged, type SavedFolders, uidValiditiesOf } from './saved-folders.js';
import type { WalkParts } from './walk-parts.js';

/** A folder whose messages are to be fetched. */
export interface FolderWork extends FolderPosition {
  path: readonly string[];
  rawName: string;
  specialUse: SpecialUse | null;
  /** What the listing said of it. */
  listed: SourceFolderStatus;
  /** Ascending. */
  toDo: number[];
  /** UIDVALIDITYs that the folder had before; their fingerprints tell what arrived already. */
  earlierUidValidities: number[];
  /** What the folder was called before, if it was renamed. */
  former: FormerFolder[];
}

/** A folder as it is now, and what the next step knows of it. */
interface Surveyed {
  folder: SourceFolderStatus;
  opened: OpenedFolder;
  position: FolderPosition;
  isWanted: boolean;
}

/**
 * The first half of a walk: every folder and every UID is announced before any content, so that what is found
 * is known early. A folder in which nothing happened since the last pass that ended well costs no command.
 */
export class MailboxSurvey {
  /** Whether folders are labels of messages, and the special uses of all; known when it has run. */
  hasLabels = false;
  uses: (SpecialUse | null)[] = [];
  #former = new FormerFolders([], new Map());
  #retriesUnreadable = false;

  constructor(
    private readonly parts: WalkParts,
    private readonly saved: SavedFolders,
    private readonly faults: FolderFaults,
  ) {}

  /** The folders that have something to fetch, the inbox first. */
  async run(): Promise<FolderWork[]> {
    const { session, order } = this.parts;
    this.#retriesUnreadable = await this.saved.isPassDone(order.pass.number - 1);
    const listed = await session.use((one) => one.listFolders({ leaveOutCounts: true }));
    this.hasLabels = await session.use((one) => Promise.resolve(one.hasLabels));
    this.uses = listed.map(({ specialUse }) => specialUse);
    const folders = listed
      .filter((folder) => folder.isSelectable)
      .sort((a, b) => readingRank(a.specialUse) - readingRank(b.specialUse));
    const live = new Map(folders.map((folder) => [this.#folderIdOf(folder), folder.uidValidity]));
    this.#former = new FormerFolders(this.saved.all(), live);
    const work: FolderWork[] = [];
    for (const folder of folders) {
      if (this.parts.signal.aborted) throw cancelled();
      try {
        const found = await this.#survey(await session.use((one) => one.countFolder(folder)));
        if (found !== null && found.toDo.length > 0) work.push(found);
      } catch (error) {
        this.faults.note(folder.path, error);
      }
    }
    await this.#endGoneFolders(live);
    return work;
  }

  /**
   * Surveys a folder anew whose UIDVALIDITY is another than a moment ago: somebody made it again, or it is one that
   * Courier gives a new one each time as long as nobody has opened it for writing. The folder is open and stays so,
   * for what is planned is read at once. Null where nothing is left to read.
   */
  async again(work: FolderWork): Promise<FolderWork | null> {
    await this.parts.output.unknownOutcomes(work, renumbered, work.toDo);
    const found = await this.#survey({ ...work.listed, uidValidity: null });
    if (found === null) return null;
    const earlierUidValidities = [...new Set([...found.earlierUidValidities, work.uidValidity])];
    return { ...found, earlierUidValidities };
  }

  #targetOf(folder: SourceFolderStatus) {
    const found = mappedFolder(folder, this.parts.order.folderMapping);
    return found === null ? null : { ...found, names: [...found.names] };
  }

  #folderIdOf(folder: SourceFolderStatus): string {
    return folderIdOf(this.parts.order.pass.pairId, folder.path);
  }

  async #survey(folder: SourceFolderStatus): Promise<FolderWork | null> {
    const { session, order } = this.parts;
    const folderId = this.#folderIdOf(folder);
    const isWanted = isFolderWanted(folder, order.batch);
    const basis = await this.saved.basisOf(folderId, folder.uidValidity);
    // without CONDSTORE no count tells that a mark of deletion was taken away
    const mayBeUnmarked = folder.highestModseq === null && this.#hasFiltered(folderId, isWanted);
    const isDone = !mayBeUnmarked && !this.#hasUnfinished(folderId);
    if (basis !== null && isDone && isUnchanged(basis, folder)) return null;
    const opened = await session.openFolder(folder.rawName);
    const position = { folderId, uidValidity: opened.uidValidity };
    const surveyed = { folder, opened, position, isWanted };
    const plan = await this.#plan(surveyed, this.#usable(basis, surveyed));
    const earlierUidValidities = await this.#endEarlier(surveyed);
    // the writer adds to what is saved, so that is first; it counts only when the pass has ended well
    await this.#save(surveyed);
    await this.#announce(surveyed, plan);
    if (!isWanted) return null;
    const former = this.#former.of({ ...position, mailboxId: opened.mailboxId });
    const { path, rawName, specialUse } = folder;
    return {
      ...position,
      path,
      rawName,
      specialUse,
      listed: folder,
      toDo: plan.toDo,
      earlierUidValidities,
      former,
    };
  }

  #hasUnfinished(folderId: string): boolean {
    const tally = this.saved.tallyOf(folderId);
    const isForced = this.parts.order.pass.kind === 'forced';
    const failed = isForced || this.#retriesUnreadable ? tally.failed : 0;
    return tally.toDo + failed + (isForced ? tally.skipped : 0) > 0;
  }

  /**
   * What is looked at again besides what was left to do: everything that did not arrive in a forced pass; in the others,
   * once after each pass that ended well, what the source did not give, for a store that was down is up again.
   */
  #lookedAtAgain(): Again {
    if (this.parts.order.pass.kind === 'forced') {
      return { states: new Set(['toDo', 'skipped', 'failed']), reasons: new Set() };
    }
    return this.#retriesUnreadable ? { ...onlyToDo, reasons: new Set([unreadableReason]) } : onlyToDo;
  }

  /** A changed flag may bring back a message that was filtered because it was marked as deleted. */
  #usable(basis: Folder | null, { opened, position, isWanted }: Surveyed): Folder | null {
    if (basis?.uidValidity !== opened.uidValidity) return null;
    const { highestModseq } = opened;
    const hasOldFlags = highestModseq !== null && basis.highestModseq === highestModseq;
    return hasOldFlags || !this.#hasFiltered(position.folderId, isWanted) ? basis : null;
  }

  #hasFiltered(folderId: string, isWanted: boolean): boolean {
    return isWanted && this.saved.tallyOf(folderId).filtered > 0;
  }

  async #plan({ folder, opened, position, isWanted }: Surveyed, basis: Folder | null): Promise<FolderPlan> {
    const { session, store, order } = this.parts;
    const { pairId } = order.pass;
    const again = this.#lookedAtAgain();
    // what was planned of a folder was planned after it was saved
    const isKnown = this.saved.find(position.folderId) !== null;
    const readLedger = () =>
      isKnown
        ? store.ledger.readFolder(pairId, position.folderId, position.uidValidity)
        : Promise.resolve([]);
    if (basis === null) {
      // a server may count wrong: only where both counts are 0 nothing is looked for
      const isEmpty = opened.exists === 0 && (folder.messages ?? 0) === 0;
      const uids = isEmpty ? [] : await session.use((one) => one.searchUids());
      const states = isWanted ? new Set([...again.states, 'filtered' as const]) : again.states;
      return planFolder(uids, await readLedger(), { ...again, states });
    }
    const hasNew = opened.uidNext !== basis.uidNext;
    const newUids = hasNew ? await session.use((one) => one.searchUids(basis.uidNext)) : [];
    const left = this.#hasUnfinished(position.folderId) ? uidsAgain(await readLedger(), again) : [];
    const toDo = [...new Set([...left, ...newUids])].sort((a, b) => a - b);
    return { newUids, toDo, vanished: [], ended: 0 };
  }

  async #announce({ folder, position, isWanted }: Surveyed, plan: FolderPlan): Promise<void> {
    const { output } = this.parts;
    // a folder that is left out is not made at the target
    if (isWanted) {
      const { path, specialUse } = folder;
      await output.control({ type: 'folder', ...position, path, specialUse, target: this.#targetOf(folder) });
    }
    await output.plan(position, plan.newUids);
    await output.unknownOutcomes(position, goneFromSource, plan.vanished);
    if (!isWanted) await output.unknownOutcomes(position, excluded, plan.toDo);
  }

  #save({ folder, opened, position }: Surveyed): Promise<void> {
    const { store, order } = this.parts;
    const { tenantId, pairId, number } = order.pass;
    const { path, specialUse } = folder;
    const { uidNext, highestModseq, exists, mailboxId } = opened;
    const target = this.#targetOf(folder);
    const seen = { path, specialUse, target, uidNext, highestModseq, exists, mailboxId, seenInPass: number };
    return store.folders.save({ ...position, tenantId, pairId, ...seen });
  }

  /** What was to do under UIDs that are void now is found again under new ones. */
  async #endEarlier({ position }: Surveyed): Promise<number[]> {
    const saved = this.saved.find(position.folderId);
    if (saved === null) return [];
    const earlier = uidValiditiesOf(saved).filter((uidValidity) => uidValidity !== position.uidValidity);
    // an earlier reader of this pass may have sent messages that the ledger does not have yet
    const isSentMaybe = saved.seenInPass === this.parts.order.pass.number;
    if (isSentMaybe && saved.uidValidity !== position.uidValidity) throw renumberedMeanwhile(saved.path);
    for (const uidValidity of earlier) await this.#endToDo({ ...position, uidValidity }, renumbered);
    return earlier;
  }

  async #endGoneFolders(present: ReadonlyMap<string, unknown>): Promise<void> {
    for (const folder of this.saved.all()) {
      const { folderId } = folder;
      if (present.has(folderId)) continue;
      for (const uidValidity of uidValiditiesOf(folder)) {
        await this.#endToDo({ folderId, uidValidity }, goneWithFolder);
      }
    }
  }

  async #endToDo(position: FolderPosition, outcome: typeof renumbered): Promise<void> {
    if (this.saved.tallyOf(position.folderId).toDo === 0) return;
    const { store, order, output } = this.parts;
    const ledger = await store.ledger.readFolder(order.pass.pairId, position.folderId, position.uidValidity);
    await output.unknownOutcomes(position, outcome, uidsAgain(ledger, onlyToDo));
  }
}
