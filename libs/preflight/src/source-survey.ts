import {
  type FolderRule,
  isFolderWanted,
  mappedFolder,
  type MessageRules,
  MigrationError,
  readingRank,
  type SourceFolder,
  type TargetFolder,
} from '@sterna/domain';
import type { ImapSession, SourceFolderStatus } from '@sterna/imap';
import type { SizeOrigin } from './mailbox-check.js';
import { ShownMessages } from './shown-messages.js';
import { SurveyTally } from './survey-tally.js';

/** Gmail gives each account 2,500 MB a day by IMAP (https://support.google.com/a/answer/1071518). */
const gmailBytesPerDay = 2_500_000_000;
const shownFolders = 100;
/** For the sums of folders that the time was not enough for. */
const sumsMs = 30_000;

/** What a batch wants of a mailbox. */
export interface SurveyRules extends MessageRules {
  excludeFolders: readonly string[];
  includeFolders: readonly string[];
  maxItems: number;
  /** Whether each label of a message at Gmail becomes a copy. */
  copyPerLabel: boolean;
  folderMapping: readonly FolderRule[];
}

/** A folder that is wanted, and how many of its messages would be migrated. */
export interface SurveyedFolder extends SourceFolder {
  /** Where the endpoint says that it goes; null where its path and use do. */
  target: TargetFolder | null;
  messages: number;
}

export interface SourceSurvey {
  /** In the order in which they are read. */
  folders: SurveyedFolder[];
  excludedFolders: number;
  unreadable: string[];
  tally: SurveyTally;
  sizesFrom: SizeOrigin;
  roundTripMs: number;
  bytesPerDay: number | null;
}

/**
 * Counts what is in a mailbox, in the order and by the rules of the reader; no message is fetched. When `until` is
 * over, what is left is counted by the numbers of its folders.
 * @throws MigrationError of the account
 */
export class SurveyRun {
  readonly #tally = new SurveyTally();
  readonly #unreadable: string[] = [];
  /** Folders from this one on are known by their numbers only. */
  readonly #unseen: {
    status: SourceFolderStatus;
    surveyed: SurveyedFolder;
    seen: number;
    seenBytes: number;
  }[] = [];
  #room: number;
  #shown: ShownMessages | null = null;

  constructor(
    private readonly session: ImapSession,
    private readonly rules: SurveyRules,
    private readonly until: number,
  ) {
    this.#room = rules.maxItems;
  }

  async run(): Promise<SourceSurvey> {
    const roundTripMs = await this.session.roundTripMs();
    const bytesPerDay = this.session.hasLabels ? gmailBytesPerDay : null;
    const listed = (await this.session.listFolders()).filter(({ isSelectable }) => isSelectable);
    const wanted = listed
      .filter((folder) => isFolderWanted(folder, this.rules))
      .sort((a, b) => readingRank(a.specialUse) - readingRank(b.specialUse));
    this.#shown = ShownMessages.of(
      this.session.hasLabels && !this.rules.copyPerLabel,
      listed.map(({ specialUse }) => specialUse),
    );
    this.#tally.leaveOut('folderExcluded', messagesIn(listed) - messagesIn(wanted));
    const folders: SurveyedFolder[] = [];
    for (const folder of wanted) folders.push(await this.#survey(folder));
    const sizesFrom = await this.#addUnseen();
    const excludedFolders = listed.length - wanted.length;
    const unreadable = this.#unreadable;
    return { folders, excludedFolders, unreadable, tally: this.#tally, sizesFrom, roundTripMs, bytesPerDay };
  }

  async #survey(status: SourceFolderStatus): Promise<SurveyedFolder> {
    const { path, specialUse } = status;
    const target = mappedFolder(status, this.rules.folderMapping);
    const surveyed = { path, specialUse, target, messages: 0 };
    if (status.messages === 0) return surveyed;
    if (performance.now() > this.until) {
      this.#unseen.push({ status, surveyed, seen: 0, seenBytes: 0 });
      return surveyed;
    }
    try {
      await this.#read(status, surveyed);
    } catch (error) {
      if (!(error instanceof MigrationError) || error.scope !== 'folder') throw error;
      if (this.#unreadable.length < shownFolders) this.#unreadable.push(status.path.join('/'));
    }
    return surveyed;
  }

  /** The newest messages that there is room for, as the reader does it. */
  async #read(status: SourceFolderStatus, surveyed: SurveyedFolder): Promise<void> {
    const { exists } = await this.session.openFolder(status.rawName);
    let seen = 0;
    let seenBytes = 0;
    for await (const block of this.session.messageTraits(exists)) {
      for (const message of block) {
        seen += 1;
        seenBytes += message.sizeBytes;
        const isKnown = this.#shown?.has(message, status.specialUse) === true;
        if (!this.#tally.add(message, this.rules, { isPastLimit: this.#room === 0, isKnown })) continue;
        this.#shown?.add(message);
        surveyed.messages += 1;
        this.#room -= 1;
      }
      if (performance.now() <= this.until || seen >= exists) continue;
      this.#unseen.push({ status: { ...status, messages: exists }, surveyed, seen, seenBytes });
      return;
    }
  }

  async #addUnseen(): Promise<SizeOrigin> {
    if (this.#unseen.length === 0) return 'messages';
    const sums = await this.#sums();
    let isExact = true;
    for (const { status, surveyed, seen, seenBytes } of this.#unseen) {
      const rest = Math.max(0, (status.messages ?? 0) - seen);
      const left = Math.min(rest, this.#room);
      const sum = sums.get(status.rawName);
      // of a folder that is cut off by the limit of items only a part counts
      const isWhole = sum !== undefined && left === rest;
      isExact &&= isWhole;
      this.#tally.addUnseen(left, isWhole ? Math.max(0, sum - seenBytes) : null);
      this.#tally.leaveOut('tooManyItems', rest - left);
      surveyed.messages += left;
      this.#room -= left;
    }
    return isExact ? 'folders' : 'estimate';
  }

  /** Octets by folder where the server adds them up, and does so in time. */
  async #sums(): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    const until = performance.now() + sumsMs;
    for (const { status } of this.#unseen) {
      if (performance.now() > until) break;
      const bytes = await this.session.folderBytes(status.rawName);
      if (bytes === null) break;
      sums.set(status.rawName, bytes);
    }
    return sums;
  }
}

function messagesIn(folders: readonly SourceFolderStatus[]): number {
  return folders.reduce((sum, { messages }) => sum + (messages ?? 0), 0);
}
