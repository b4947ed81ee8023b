import { ImapFlow } from 'imapflow';
import type { FolderSpec } from './mail-corpus.js';
import { RealMail } from './real-mail.js';
import type { SourceAccount } from './source-mailbox.js';

/**
 * Fills a mailbox of any server with real messages, each at most once; folders are made where they are missing.
 * @returns how many messages there are
 */
export async function fillByImap(
  account: SourceAccount,
  folders: readonly Pick<FolderSpec, 'path' | 'messages'>[],
  seed = 1,
): Promise<number> {
  const mail = await RealMail.open(seed);
  let position = 0;
  await withClient(account, async (client) => {
    for (const { path, messages } of folders) {
      if (path.join('/') !== 'INBOX') await client.mailboxCreate([...path]);
      for (const end = position + messages; position < end; position += 1) {
        const { raw, receivedAt } = await mail.read(position);
        const content = Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
        await client.append(folderName(client, path), content, [], receivedAt);
      }
    }
  });
  return position;
}

/** Logs in, does some work and logs out. */
export async function withClient(
  account: SourceAccount,
  work: (client: ImapFlow) => Promise<void>,
): Promise<void> {
  const { host, port, userName: user, password: pass } = account;
  const client = new ImapFlow({
    host,
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass },
    logger: false,
  });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.logout();
  }
}

/** The name of a folder with the server's own delimiter; imapflow adds the prefix of the namespace. */
function folderName(client: ImapFlow, path: readonly string[]): string {
  return path.join(client.namespace?.delimiter ?? '/');
}
