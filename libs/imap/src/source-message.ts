/** What the source says of a message without its content. */
export interface SourceMessageFacts {
  uid: number;
  flags: string[];
  internalDate: Date;
  /** RFC822.SIZE: a hint only, servers err. */
  statedBytes: number;
  messageId: string | null;
  subject: string | null;
  /** From as the message has it. */
  sender: string | null;
  sentDate: Date | null;
  /** X-GM-MSGID: the same for a message in all folders of Gmail that show it; null elsewhere. */
  gmailId: string | null;
  /** X-GM-LABELS without Gmail's own (`\\Inbox`, `\\Important`) and without that of the open folder. */
  labels: string[];
}

/** A message as it was fetched: whole, too large to hold, gone, or not to be had. */
export type FetchedMessage =
  | { kind: 'whole'; facts: SourceMessageFacts; content: Buffer }
  | { kind: 'large'; facts: SourceMessageFacts }
  | { kind: 'missing'; uid: number }
  | { kind: 'unreadable'; uid: number; explanation: string };

/** Neighbouring messages that are fetched with one command. */
export interface FetchRange {
  messages: SourceMessageFacts[];
  bytes: number;
}

/**
 * Cuts what is to be fetched into ranges of up to `rangeBytes`; messages over `maxInlineBytes` are left out,
 * for they are streamed one by one.
 */
export function fetchRanges(
  messages: readonly SourceMessageFacts[],
  limits: { rangeBytes: number; rangeMessages: number; maxInlineBytes: number },
): FetchRange[] {
  const ranges: FetchRange[] = [];
  let current: FetchRange = { messages: [], bytes: 0 };
  for (const message of messages) {
    if (message.statedBytes > limits.maxInlineBytes) continue;
    const isFull =
      current.messages.length >= limits.rangeMessages ||
      current.bytes + message.statedBytes > limits.rangeBytes;
    if (isFull && current.messages.length > 0) {
      ranges.push(current);
      current = { messages: [], bytes: 0 };
    }
    current.messages.push(message);
    current.bytes += message.statedBytes;
  }
  return current.messages.length === 0 ? ranges : [...ranges, current];
}

/** The shortest sequence set of RFC 9051 section 9 for these UIDs, which must ascend. */
export function sequenceSet(uids: readonly number[]): string {
  const parts: string[] = [];
  for (let start = 0; start < uids.length;) {
    let end = start;
    while (end + 1 < uids.length && uids[end + 1] === (uids[end] ?? 0) + 1) end += 1;
    parts.push(start === end ? String(uids[start]) : `${uids[start]}:${uids[end]}`);
    start = end + 1;
  }
  return parts.join(',');
}
