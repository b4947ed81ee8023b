import { isReceivedWithin, MigrationError } from '@sterna/domain';
import type { FetchedMessage, SourceMessageFacts } from '@sterna/imap';
import { bytesRead, messagesRead } from '../metrics.js';
import { cancelled } from '../pass/steady-session.js';
import type { FolderPosition, SharedOutcome } from '../pass/pass-output.js';
import { BlockOutcomes } from './block-outcomes.js';
import { newestFirst } from './folder-plan.js';
import { FormerMessages } from './former-messages.js';
import { fingerprintOfFacts, KnownMessages } from './known-messages.js';
import { inventedBySource, isInventedMessage } from './invented-message.js';
import type { FolderWork } from './mailbox-survey.js';
import type { SeenMessages } from './seen-messages.js';
import {
  alreadyThere,
  arrivedUnderFormerName,
  goneFromSource,
  markedDeleted,
  notReceivedThen,
  renumberedMeanwhile,
  tooLarge,
  tooManyItems,
  underAnotherLabel,
  unreadable,
} from './source-outcomes.js';
import type { WalkParts } from './walk-parts.js';

/** What is larger travels in parts. */
const maxInlineBytes = 1024 * 1024;

export interface ReadingParts extends WalkParts {
  /** Null where the source shows each message in one folder. */
  seen: SeenMessages | null;
  /** Messages that the limit of items lets through; what is not sent takes none of it. */
  room: number;
}

/** The content of one folder, the newest messages first. */
export class FolderReading {
  readonly #ends: BlockOutcomes;
  #sent = 0;

  private constructor(
    private readonly parts: ReadingParts,
    private readonly work: FolderWork,
    private readonly known: KnownMessages | null,
    private readonly former: FormerMessages,
  ) {
    this.#ends = new BlockOutcomes(parts.output, work, parts.order.keepSubjects);
  }

  /** Publishes what is to do in a folder, or what became of it; says how many messages were sent. */
  static async read(parts: ReadingParts, work: FolderWork): Promise<number> {
    const opened = await parts.session.openFolder(work.rawName);
    if (opened.uidValidity !== work.uidValidity) throw renumberedMeanwhile(work.path);
    const [known, former] = [await readKnown(parts, work), await readFormer(parts, work)];
    const reading = new FolderReading(parts, work, known, former);
    for (const block of newestFirst(work.toDo)) await reading.#readBlock(block);
    return reading.#sent;
  }

  async #readBlock(uids: readonly number[]): Promise<void> {
    const { session, signal, room } = this.parts;
    if (signal.aborted) throw cancelled();
    const facts = await session.facts(uids);
    let wanted = facts.filter((one) => !this.#isEnded(one));
    while (wanted.length > 0 && this.#sent < room) {
      const older = Math.max(0, wanted.length - (room - this.#sent));
      const newest = wanted.slice(older);
      wanted = wanted.slice(0, older);
      for await (const message of session.contents(newest, maxInlineBytes)) await this.#send(message);
    }
    for (const one of wanted) this.#ends.add(this.#tooMany, one);
    const present = new Set(facts.map((one) => one.uid));
    const absent = uids.filter((uid) => !present.has(uid));
    for await (const message of session.absent(absent, maxInlineBytes)) await this.#sendLate(message);
    await this.#ends.publish();
  }

  get #tooMany(): SharedOutcome {
    return tooManyItems(this.parts.order.batch.maxItems);
  }

  #isEnded(facts: SourceMessageFacts): boolean {
    const outcome = this.#endOf(facts);
    if (outcome !== null) this.#ends.add(outcome, facts);
    return outcome !== null;
  }

  #endOf(facts: SourceMessageFacts): SharedOutcome | null {
    if (facts.flags.some((flag) => flag.toLowerCase() === '\\deleted')) return markedDeleted;
    const { receivedFrom: from, receivedTo: to } = this.parts.order.batch;
    if (!isReceivedWithin(facts.internalDate, { from, to })) return notReceivedThen;
    const fingerprint = fingerprintOfFacts(facts);
    if (this.former.has(facts.uid, fingerprint)) return arrivedUnderFormerName;
    if (this.known?.take(fingerprint) === true) return alreadyThere;
    return this.parts.seen?.has(fingerprint, this.work.specialUse) === true ? underAnotherLabel : null;
  }

  /** A message whose facts came late. */
  async #sendLate(message: FetchedMessage): Promise<void> {
    if ('facts' in message) {
      if (this.#isEnded(message.facts)) return;
      if (this.#sent >= this.parts.room) {
        this.#ends.add(this.#tooMany, message.facts);
        return;
      }
    }
    await this.#send(message);
  }

  async #send(message: FetchedMessage): Promise<void> {
    if (this.parts.signal.aborted) throw cancelled();
    switch (message.kind) {
      case 'whole':
        await this.#sendWhole(message.facts, message.content);
        break;
      case 'large':
        await this.#sendLarge(message.facts);
        break;
      case 'missing':
        this.#ends.addUnknown(goneFromSource, message.uid);
        break;
      case 'unreadable':
        this.#ends.addUnknown(unreadable(message.explanation), message.uid);
        break;
    }
  }

  async #sendWhole(facts: SourceMessageFacts, content: Buffer): Promise<void> {
    const limitBytes = this.parts.order.batch.largeItemLimitBytes;
    if (content.length > limitBytes) {
      this.#ends.add(tooLarge(limitBytes), facts);
      return;
    }
    if (isInventedMessage(facts, content)) {
      this.#ends.add(inventedBySource, facts);
      return;
    }
    await this.parts.output.message(
      { type: 'message', ...this.#fieldsOf(facts), sizeBytes: content.length },
      content,
    );
    this.#count(facts, content.length);
  }

  /** Counts a message that is on its way. */
  #count(facts: SourceMessageFacts, sizeBytes: number): void {
    this.#sent += 1;
    this.parts.seen?.add(fingerprintOfFacts(facts));
    const tenant = { 'sterna.tenant_id': this.parts.order.pass.tenantId };
    messagesRead.add(1, tenant);
    bytesRead.add(sizeBytes, tenant);
  }

  /** RFC822.SIZE is a hint that some servers get wrong, so the octet after the limit is asked for. */
  async #sendLarge(facts: SourceMessageFacts): Promise<void> {
    const limitBytes = this.parts.order.batch.largeItemLimitBytes;
    if (await this.parts.session.isLargerThan(facts.uid, limitBytes)) {
      this.#ends.add(tooLarge(limitBytes), facts);
      return;
    }
    try {
      await this.#sendParts(facts);
    } catch (error) {
      if (!(error instanceof MigrationError) || error.scope !== 'message') throw error;
      const [found] = await Array.fromAsync(this.parts.session.absent([facts.uid], 1));
      if (found?.kind === 'missing') this.#ends.add(goneFromSource, facts);
      else
        this.#ends.add(unreadable(`The source does not return all of the message: ${error.message}`), facts);
    }
  }

  async #sendParts(facts: SourceMessageFacts): Promise<void> {
    const { output, session, signal } = this.parts;
    const { folderId, uidValidity, uid } = this.#fieldsOf(facts);
    let parts = 0;
    let sizeBytes = 0;
    for await (const piece of session.stream(facts.uid)) {
      if (signal.aborted) throw cancelled();
      await output.control({ type: 'message-part', folderId, uidValidity, uid, index: parts }, piece);
      parts += 1;
      sizeBytes += piece.length;
    }
    await output.control({ type: 'message-end', ...this.#fieldsOf(facts), sizeBytes, parts });
    this.#count(facts, sizeBytes);
  }

  #fieldsOf(facts: SourceMessageFacts) {
    return {
      folderId: this.work.folderId,
      uidValidity: this.work.uidValidity,
      uid: facts.uid,
      flags: facts.flags,
      ...(facts.labels.length === 0 ? {} : { labels: facts.labels }),
      internalDate: facts.internalDate.toISOString(),
      fingerprint: fingerprintOfFacts(facts).toString('hex'),
    };
  }
}

/** What arrived before the server gave the messages new UIDs. */
async function readKnown(parts: WalkParts, work: FolderWork): Promise<KnownMessages | null> {
  const { folderId, uidValidity } = work;
  const earlier = [
    ...work.earlierUidValidities.map((each) => ({ folderId, uidValidity: each })),
    ...work.former.filter((each) => each.uidValidity !== uidValidity),
  ];
  if (earlier.length === 0) return null;
  const ledgers = [];
  for (const position of earlier) ledgers.push(await readLedger(parts, position));
  return new KnownMessages(ledgers, await readLedger(parts, work));
}

/** What arrived under a former name of the folder. */
async function readFormer(parts: WalkParts, work: FolderWork): Promise<FormerMessages> {
  const ledgers = [];
  for (const position of work.former) {
    if (position.uidValidity === work.uidValidity) ledgers.push(await readLedger(parts, position));
  }
  return new FormerMessages(ledgers);
}

function readLedger({ store, order }: WalkParts, { folderId, uidValidity }: FolderPosition) {
  return store.ledger.readFolder(order.pass.pairId, folderId, uidValidity);
}
