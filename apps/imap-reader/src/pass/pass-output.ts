import type { ContentEnvelope, OutcomeEnvelope, PassEndEnvelope } from '@sterna/contracts';
import type { PassPublisher } from '@sterna/messaging';
import type { Pass } from '@sterna/state';

const plannedAtOnce = 10_000;
/** Keeps the header of an envelope far below the 1 MiB that a frame allows. */
const endedAtOnce = 500;

type Identity = Pick<ContentEnvelope, 'version' | 'tenantId' | 'passId' | 'passNumber' | 'attempt'>;
/** An envelope without what PassOutput adds to each. */
export type Bare<Envelope> = Envelope extends unknown ? Omit<Envelope, keyof Identity> : never;

/** Where a message is: the folder and the validity of its UIDs. */
export interface FolderPosition {
  folderId: string;
  uidValidity: number;
}

/** The ends of some messages of one folder that came about in the same way. */
export interface SharedOutcome {
  outcome: OutcomeEnvelope['outcome'];
  reason: OutcomeEnvelope['reason'];
  explanation: string;
}

/** Of a message of which nothing but its UID is known. */
export const unknownMessage = {
  sizeBytes: 0,
  messageId: null,
  subject: null,
  sender: null,
  sentAt: null,
  receivedAt: null,
  fingerprint: null,
};

/**
 * Publishes the envelopes of one pass. Messages may overtake each other; a control envelope (folder, plan,
 * outcome, part, end) comes after all before it and before all after it.
 */
export class PassOutput {
  readonly #identity: Identity;

  constructor(
    private readonly publisher: PassPublisher,
    pass: Pass,
  ) {
    this.#identity = {
      version: 1,
      tenantId: pass.tenantId,
      passId: pass.passId,
      passNumber: pass.number,
      attempt: pass.reader.attempt,
    };
  }

  /** Resolves when there is room for more. */
  message(envelope: Bare<ContentEnvelope>, content: Buffer): Promise<void> {
    return this.publisher.publish({ ...this.#identity, ...envelope }, content);
  }

  /** Resolves when the broker has this envelope and all before it. */
  async control(envelope: Bare<ContentEnvelope>, content?: Buffer): Promise<void> {
    await this.publisher.barrier();
    await this.publisher.publish({ ...this.#identity, ...envelope }, content);
    await this.publisher.barrier();
  }

  async plan(position: FolderPosition, uids: readonly number[]): Promise<void> {
    for (let start = 0; start < uids.length; start += plannedAtOnce) {
      await this.control({
        type: 'plan',
        ...placeOf(position),
        uids: uids.slice(start, start + plannedAtOnce),
      });
    }
  }

  async outcomes(
    position: FolderPosition,
    shared: SharedOutcome,
    messages: OutcomeEnvelope['messages'],
  ): Promise<void> {
    for (let start = 0; start < messages.length; start += endedAtOnce) {
      const some = messages.slice(start, start + endedAtOnce);
      await this.control({ type: 'outcome', ...placeOf(position), ...shared, messages: some });
    }
  }

  /** The ends of messages of which nothing but the UID is known. */
  unknownOutcomes(position: FolderPosition, shared: SharedOutcome, uids: readonly number[]): Promise<void> {
    return this.outcomes(
      position,
      shared,
      uids.map((uid) => ({ uid, ...unknownMessage })),
    );
  }

  end(result: PassEndEnvelope['result'], error: PassEndEnvelope['error']): Promise<void> {
    return this.control({ type: 'pass-end', result, error });
  }
}

/** The position alone, whatever else its object has. */
function placeOf({ folderId, uidValidity }: FolderPosition): FolderPosition {
  return { folderId, uidValidity };
}
