import type { MessageTraits } from '@sterna/domain';
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { classifyOn } from './imap-connection.js';
import { isRefusedCommand } from './imap-error.js';
import { hasGmailLabels } from './message-fetcher.js';

/** Messages at once: few enough that memory does not grow with the folder, many enough that round trips do not count. */
const blockSize = 2_000;
const query = { flags: true, internalDate: true, size: true };

/**
 * FLAGS, INTERNALDATE and RFC822.SIZE of all messages of the open folder, the newest first, by sequence numbers: servers
 * have these in their index. A block that the server refuses is halved, so that one broken message hides no other.
 * @throws MigrationError of the connection
 */
export async function* traitsOf(
  client: ImapFlow,
  where: string,
  exists: number,
): AsyncGenerator<MessageTraits[]> {
  for (let last = exists; last > 0; last -= blockSize) {
    const first = Math.max(1, last - blockSize + 1);
    const messages = (await fetchBlock(client, where, { first, last })).filter(isComplete);
    messages.sort((a, b) => b.seq - a.seq);
    yield messages.map((message) => traitOf(message, hasGmailLabels(client)));
  }
}

async function fetchBlock(
  client: ImapFlow,
  where: string,
  { first, last }: { first: number; last: number },
): Promise<FetchMessageObject[]> {
  try {
    return await client.fetchAll(`${first}:${last}`, query);
  } catch (error) {
    if (!client.usable || !isRefusedCommand(error)) throw classifyOn(client, where, error);
    if (first === last) return [];
  }
  const middle = Math.floor((first + last) / 2);
  const lower = await fetchBlock(client, where, { first, last: middle });
  return [...lower, ...(await fetchBlock(client, where, { first: middle + 1, last }))];
}

/** A server may mention a message for another reason, such as a flag that somebody set. */
function isComplete({ size, internalDate }: FetchMessageObject): boolean {
  return size !== undefined && internalDate !== undefined;
}

function traitOf(
  { flags, internalDate, size, emailId }: FetchMessageObject,
  isGmail: boolean,
): MessageTraits {
  const receivedAt = new Date(internalDate ?? 0);
  return {
    isDeleted: [...(flags ?? [])].some((flag) => flag.toLowerCase() === '\\deleted'),
    receivedAt: Number.isNaN(receivedAt.getTime()) ? new Date(0) : receivedAt,
    sizeBytes: size ?? 0,
    gmailId: isGmail ? (emailId ?? null) : null,
  };
}
