import { createHash } from 'node:crypto';
import type { MissedMessage } from '@sterna/domain';
import { convertMessage } from '@sterna/mime';

const keptCharacters = 255;

/** The headers end within this; a message that is refused is not read whole once more for its subject. */
const headerBytes = 256 * 1024;

/** What the reports say of a message that did not arrive. */
export function missedMessage(
  message: { uid: number; sizeBytes: number; internalDate: string; start: Buffer },
  end: Pick<MissedMessage, 'outcome' | 'reason' | 'explanation'>,
  keepSubjects: boolean,
): MissedMessage {
  const { subject, internetMessageId, from, sentDate } = convertMessage(
    message.start.subarray(0, headerBytes),
    {
      maxDepth: 0,
    },
  );
  const kept = keepSubjects
    ? subject.slice(0, keptCharacters)
    : createHash('sha256').update(subject).digest('hex');
  return {
    ...end,
    uid: message.uid,
    sizeBytes: message.sizeBytes,
    messageId: internetMessageId?.slice(0, keptCharacters) ?? null,
    subject: subject === '' ? null : kept,
    sender: keepSubjects ? (from?.address.slice(0, keptCharacters) ?? null) : null,
    sentAt: sentDate?.toISOString() ?? null,
    receivedAt: message.internalDate,
  };
}
