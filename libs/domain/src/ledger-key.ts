import { createHash } from 'node:crypto';

const digest = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/**
 * Names the pair of one source account and one target mailbox within a tenant. The ledger hangs on it, not on
 * the batch, so that a batch that is removed and made again copies nothing twice.
 */
export function mailboxPairId(pair: {
  tenantId: string;
  remoteServer: string;
  userName: string;
  userRoot: string;
  emailAddress: string;
}): string {
  return digest(
    pair.tenantId,
    pair.remoteServer.toLowerCase(),
    pair.userName,
    pair.userRoot,
    pair.emailAddress.toLowerCase(),
  );
}

/** Names a source folder within its pair by its path (case kept: IMAP names are case-sensitive, INBOX apart). */
export function folderIdOf(pairId: string, path: readonly string[]): string {
  return digest(pairId, ...path);
}

/** The stable key of one source message, written into the target item so that a lost answer can be settled. */
export function messageKey(folderId: string, uidValidity: bigint | number, uid: number): string {
  return `${folderId}.${uidValidity}.${uid}`;
}
