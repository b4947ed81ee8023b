import { FingerprintSet, fingerprintOf, isView, type MessageTraits, type SpecialUse } from '@sterna/domain';

/**
 * The messages that some folder brings over, for sources that show one message in several folders: all folders of
 * Gmail, and the views of other servers. The reader compares Message-IDs, too; size and date are what a survey has.
 */
export class ShownMessages {
  readonly #arrived = new FingerprintSet();

  private constructor(private readonly isByLabels: boolean) {}

  /** Null where the source has neither labels nor views, so that nothing has to be kept in mind. */
  static of(isByLabels: boolean, uses: readonly (SpecialUse | null)[]): ShownMessages | null {
    return isByLabels || uses.some(isView) ? new ShownMessages(isByLabels) : null;
  }

  /** Whether a folder with this use shows a message that another one brings over. */
  has(message: MessageTraits, use: SpecialUse | null): boolean {
    return (this.isByLabels || isView(use)) && this.#arrived.has(fingerprintOfTraits(message));
  }

  /** Remembers a message that is brought over. */
  add(message: MessageTraits): void {
    this.#arrived.add(fingerprintOfTraits(message));
  }
}

function fingerprintOfTraits({ gmailId, sizeBytes, receivedAt }: MessageTraits): Buffer {
  const facts =
    gmailId === null ? { sizeBytes, internalDate: receivedAt } : { sizeBytes: 0, internalDate: new Date(0) };
  return fingerprintOf({ ...facts, messageId: gmailId });
}
