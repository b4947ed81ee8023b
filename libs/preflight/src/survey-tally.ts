import { fateOf, type LeftOutReason, type MessageRules, type MessageTraits } from '@sterna/domain';
import { nothingLeftOut } from './mailbox-check.js';

/** What does not fit into one request to Graph; the writer sends such messages in pieces. */
const largeBytes = 3.9 * 1024 * 1024;

/** What is known of a message by its place. */
export interface MessagePlace {
  isPastLimit: boolean;
  /** Whether another folder brings it over. */
  isKnown: boolean;
}

/** Counts what a survey finds. Its size does not depend on the number of messages. */
export class SurveyTally {
  messages = 0;
  bytes = 0;
  largeMessages = 0;
  largeBytes = 0;
  largestBytes = 0;
  /** Shown by a folder that is read later, too: they arrive once. */
  repeated = 0;
  readonly leftOut: Record<LeftOutReason, number> = nothingLeftOut();
  #seenMessages = 0;
  #seenBytes = 0;

  /** Counts one message; true when it would be migrated. */
  add(message: MessageTraits, rules: MessageRules, place: MessagePlace): boolean {
    const { sizeBytes } = message;
    this.#seenMessages += 1;
    this.#seenBytes += sizeBytes;
    const fate = fateOf(message, rules);
    // the size is not looked at past the limit
    if (fate !== null && !(place.isPastLimit && fate === 'tooLarge')) {
      this.leftOut[fate] += 1;
      return false;
    }
    if (place.isKnown) {
      this.repeated += 1;
      return false;
    }
    if (place.isPastLimit) {
      this.leftOut.tooManyItems += 1;
      return false;
    }
    this.messages += 1;
    this.bytes += sizeBytes;
    this.largestBytes = Math.max(this.largestBytes, sizeBytes);
    if (sizeBytes > largeBytes) {
      this.largeMessages += 1;
      this.largeBytes += sizeBytes;
    }
    return true;
  }

  /** Counts messages of which only the number is known, or the number and the octets. */
  addUnseen(messages: number, bytes: number | null): void {
    this.messages += messages;
    this.bytes += bytes ?? Math.round(messages * this.averageBytes());
  }

  leaveOut(reason: LeftOutReason, messages: number): void {
    this.leftOut[reason] += messages;
  }

  /** Of the messages that were seen; 75 kB before the first, about what mail has on average. */
  averageBytes(): number {
    return this.#seenMessages === 0 ? 75_000 : this.#seenBytes / this.#seenMessages;
  }
}
