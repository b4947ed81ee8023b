import { createHash } from 'node:crypto';
import type { OutcomeEnvelope } from '@sterna/contracts';
import type { SourceMessageFacts } from '@sterna/imap';
import {
  type FolderPosition,
  type PassOutput,
  type SharedOutcome,
  unknownMessage,
} from '../pass/pass-output.js';
import { fingerprintOfFacts } from './known-messages.js';

const keptCharacters = 255;

/** Collects the ends of messages of one folder, so that those that came about in the same way go together. */
export class BlockOutcomes {
  readonly #groups = new Map<string, { shared: SharedOutcome; messages: OutcomeEnvelope['messages'] }>();

  constructor(
    private readonly output: PassOutput,
    private readonly position: FolderPosition,
    private readonly keepSubjects: boolean,
  ) {}

  add(shared: SharedOutcome, facts: SourceMessageFacts): void {
    const { uid, statedBytes: sizeBytes } = facts;
    const messageId = facts.messageId?.slice(0, keptCharacters) ?? null;
    const subject = facts.subject === null ? null : this.#subjectOf(facts.subject);
    this.#group(shared).push({
      uid,
      sizeBytes,
      messageId,
      subject,
      sender: this.keepSubjects ? (facts.sender?.slice(0, keptCharacters) ?? null) : null,
      sentAt: facts.sentDate?.toISOString() ?? null,
      receivedAt: facts.internalDate.toISOString(),
      fingerprint: fingerprintOfFacts(facts).toString('hex'),
    });
  }

  /** A message of which nothing but its UID is known. */
  addUnknown(shared: SharedOutcome, uid: number): void {
    this.#group(shared).push({ uid, ...unknownMessage });
  }

  async publish(): Promise<void> {
    for (const { shared, messages } of this.#groups.values()) {
      await this.output.outcomes(this.position, shared, messages);
    }
    this.#groups.clear();
  }

  #group(shared: SharedOutcome): OutcomeEnvelope['messages'] {
    const key = JSON.stringify(shared);
    const group = this.#groups.get(key) ?? { shared, messages: [] };
    this.#groups.set(key, group);
    return group.messages;
  }

  #subjectOf(subject: string): string {
    if (this.keepSubjects) return subject.slice(0, keptCharacters);
    return createHash('sha256').update(subject).digest('hex');
  }
}
