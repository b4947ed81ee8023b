import { ImapFlow } from 'imapflow';

/** One message as the source has it. */
export interface SourceMessage {
  path: string[];
  specialUse: string | null;
  uid: number;
  flags: Set<string>;
  internalDate: Date;
  raw: Buffer;
}

/** How to reach a source mailbox of the local stack (plain text on loopback). */
export interface SourceAccount {
  host: string;
  port: number;
  userName: string;
  password: string;
}

/** Reads every message of a source mailbox, folder by folder, without changing anything there. */
export async function* readSourceMailbox(account: SourceAccount): AsyncGenerator<SourceMessage> {
  const client = new ImapFlow({
    host: account.host,
    port: account.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: account.userName, pass: account.password },
    logger: false,
  });
  await client.connect();
  try {
    for (const folder of await client.list()) {
      if (folder.flags.has('\\Noselect') || folder.flags.has('\\NonExistent')) continue;
      const mailbox = await client.mailboxOpen(folder.path, { readOnly: true });
      if (mailbox.exists === 0) continue;
      const query = { uid: true, flags: true, internalDate: true, source: true };
      for await (const message of client.fetch('1:*', query)) {
        if (message.source === undefined) throw new Error(`${folder.path} UID ${message.uid}: no content`);
        yield {
          path: folder.path.split(folder.delimiter),
          specialUse: folder.specialUse ?? null,
          uid: message.uid,
          flags: message.flags ?? new Set(),
          internalDate: new Date(message.internalDate ?? 0),
          raw: message.source,
        };
      }
    }
  } finally {
    await client.logout();
  }
}
