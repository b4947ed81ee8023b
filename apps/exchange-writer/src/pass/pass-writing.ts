import type {
  ContentEnvelope,
  MessageEndEnvelope,
  MessageEnvelope,
  MessagePartEnvelope,
  OutcomeEnvelope,
  PassEndEnvelope,
  PlanEnvelope,
} from '@sterna/contracts';
import { messageKey } from '@sterna/domain';
import type { PassDelivery } from '@sterna/messaging';
import type { LedgerWriter } from '@sterna/state';
import type { TargetFolders } from '../folders/target-folders.js';
import type { ArrivedMessage, MessageDelivery } from '../messages/message-delivery.js';
import type { PartSpool } from '../messages/part-spool.js';
import { KeyedPool } from './keyed-pool.js';
import type { PassInbox } from './pass-inbox.js';

/** More than the mailbox takes at once, so that none of its four requests waits for the ledger. */
const messagesAtOnce = 8;

/** After so long without an envelope the writer asks whether there is still one to come. */
const idleMs = 15_000;

/**
 * How the writing came to its end: by the reader's last envelope; because the broker has lost that; or because it
 * was called off.
 */
export type WritingEnd = { kind: 'ended'; passEnd: PassEndEnvelope } | { kind: 'lost' } | { kind: 'halted' };

export interface PassWritingParts {
  inbox: PassInbox;
  ledger: LedgerWriter;
  folders: TargetFolders;
  messages: MessageDelivery;
  spool: PartSpool;
  /** The reader's attempt that counts (an end that an older one published is void), and whether it is through. */
  reading(): Promise<{ attempt: number; isDone: boolean }>;
  /** 1 for the first writer of the pass; a later one may find messages that an earlier one wrote. */
  writerEpoch: number;
  /** When aborted, messages are left to do, and only accounts are kept until the end of the pass. */
  stopRequested: AbortSignal;
  /** A message or the ledger failed in a way that spoils the pass. */
  onFault(error: unknown): void;
}

/** Works through the queue of a pass: envelopes one by one, messages side by side between them. */
export class PassWriting {
  readonly #pool = new KeyedPool(messagesAtOnce);
  /** Messages that this writer planned, so that none of them can be at the target before it writes them. */
  readonly #planned = new Map<string, Set<number>>();
  /** Whether a message was left to do. */
  #isIncomplete = false;

  constructor(private readonly parts: PassWritingParts) {}

  /** @throws what the folders or the ledger throw; what a message throws goes to `onFault` */
  async run(): Promise<WritingEnd> {
    let wasReadingDone = false;
    for (;;) {
      const delivery = await this.parts.inbox.next(idleMs);
      if (delivery === null) return { kind: 'halted' };
      if (delivery === 'idle') {
        // its last envelope is confirmed before a reader says that it is through, so it must have come since
        if (wasReadingDone && this.#pool.isEmpty) return { kind: 'lost' };
        wasReadingDone = (await this.parts.reading()).isDone;
        continue;
      }
      wasReadingDone = false;
      const { envelope } = delivery;
      if (envelope.type === 'pass-end') {
        await this.#pool.drain();
        if (envelope.attempt >= (await this.parts.reading()).attempt) {
          // not acknowledged: until the end is saved, another writer must find it too
          return { kind: 'ended', passEnd: envelope };
        }
        delivery.ack();
      } else if (envelope.type === 'message' || envelope.type === 'message-end') {
        await this.#takeMessage(delivery, envelope);
      } else {
        await this.#takeControl(envelope, delivery);
        delivery.ack();
      }
    }
  }

  /** Resolves when no message is under way. */
  settled(): Promise<void> {
    return this.#pool.drain();
  }

  async #takeControl(
    envelope: Exclude<ContentEnvelope, MessageEnvelope | MessageEndEnvelope | PassEndEnvelope>,
    delivery: PassDelivery,
  ): Promise<void> {
    switch (envelope.type) {
      case 'folder':
        await this.parts.folders.announce(envelope);
        break;
      case 'plan':
        await this.#plan(envelope, delivery.redelivered);
        break;
      case 'message-part':
        await this.#keepPart(envelope, delivery.content);
        break;
      case 'outcome':
        await this.#pool.drain();
        await this.#recordOutcomes(envelope);
        break;
    }
  }

  async #plan({ folderId, uidValidity, uids }: PlanEnvelope, redelivered: boolean): Promise<void> {
    await this.parts.ledger.plan(folderId, uidValidity, uids);
    if (redelivered || this.parts.writerEpoch > 1) return;
    const key = `${folderId}.${uidValidity}`;
    const planned = this.#planned.get(key) ?? new Set();
    for (const uid of uids) planned.add(uid);
    this.#planned.set(key, planned);
  }

  async #keepPart(envelope: MessagePartEnvelope, content: Buffer): Promise<void> {
    if (this.parts.stopRequested.aborted) return;
    await this.parts.spool.add(spoolKey(envelope), envelope.index, content);
  }

  async #recordOutcomes(envelope: OutcomeEnvelope): Promise<void> {
    const { folderId, uidValidity, outcome, reason, explanation } = envelope;
    // what it is the same as may have been left to do
    const mayMiss = this.#isIncomplete || this.parts.stopRequested.aborted;
    if (outcome === 'alreadyThere' && mayMiss) return;
    const recording = envelope.messages.map(({ fingerprint, ...message }) => {
      const { uid, sizeBytes } = message;
      const isMissed = outcome !== 'alreadyThere' && reason !== null;
      return this.parts.ledger.record(folderId, uidValidity, {
        uid,
        outcome,
        fingerprint: fingerprint === null ? null : Buffer.from(fingerprint, 'hex'),
        sizeBytes,
        missed: isMissed ? { ...message, outcome, reason, explanation } : null,
      });
    });
    await Promise.all(recording);
  }

  async #takeMessage(delivery: PassDelivery, envelope: MessageEnvelope | MessageEndEnvelope): Promise<void> {
    const { folderId, uidValidity, uid } = envelope;
    await this.#pool.add(messageKey(folderId, uidValidity, uid), async () => {
      try {
        if (!this.parts.stopRequested.aborted) await this.#deliver(delivery, envelope);
        delivery.ack();
      } catch (error) {
        this.#isIncomplete = true;
        this.parts.onFault(error);
      }
    });
  }

  async #deliver(delivery: PassDelivery, envelope: MessageEnvelope | MessageEndEnvelope): Promise<void> {
    const mayBeThere = !this.#takePlanned(envelope) || delivery.redelivered;
    if (envelope.type === 'message') {
      const content: ArrivedMessage['content'] = { kind: 'memory', bytes: delivery.content };
      await this.parts.messages.deliver({ envelope, content, mayBeThere });
      return;
    }
    const spooled = await this.parts.spool.take(spoolKey(envelope), envelope);
    // without all its parts it is still to do: the next pass brings it again
    if (spooled === null) {
      this.#isIncomplete = true;
      return;
    }
    try {
      const content: ArrivedMessage['content'] = { kind: 'file', path: spooled.path };
      await this.parts.messages.deliver({ envelope, content, mayBeThere });
    } finally {
      await spooled.remove();
    }
  }

  /** Whether this writer planned the message and has not seen it yet. */
  #takePlanned({ folderId, uidValidity, uid }: MessageEnvelope | MessageEndEnvelope): boolean {
    return this.#planned.get(`${folderId}.${uidValidity}`)?.delete(uid) ?? false;
  }
}

/** Parts of an older attempt never mix with those of a newer one. */
function spoolKey(envelope: MessagePartEnvelope | MessageEndEnvelope): string {
  const { folderId, uidValidity, uid, attempt } = envelope;
  return `${messageKey(folderId, uidValidity, uid)}.${attempt}`;
}
