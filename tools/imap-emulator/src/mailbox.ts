/** A message as the emulated server has it. */
export interface EmulatedMessage {
  uid: number;
  content: Buffer;
  flags?: readonly string[];
  internalDate?: Date;
  /** What RFC822.SIZE says, where it is not the truth. */
  statedBytes?: number;
  /** X-GM-MSGID, X-GM-THRID and X-GM-LABELS of Gmail, the labels as they stand on the wire. */
  gmail?: { messageId: string; threadId?: string; labels: readonly string[] };
  /** EMAILID of RFC 8474. */
  emailId?: string;
}

/** A folder as the emulated server has it; tests may change one at any time. */
export interface EmulatedFolder {
  /** As on the wire: modified UTF-7, the delimiter in it. */
  name: string;
  attributes?: readonly string[];
  uidValidity?: number;
  /** One more than the highest UID where it is not given. */
  uidNext?: number;
  messages: EmulatedMessage[];
  /** MAILBOXID of RFC 8474. */
  mailboxId?: string;
}

export const uidValidityOf = (folder: EmulatedFolder): number => folder.uidValidity ?? 1;

export const uidNextOf = (folder: EmulatedFolder): number =>
  folder.uidNext ?? Math.max(0, ...folder.messages.map(({ uid }) => uid)) + 1;

/** A message of some size with a Message-ID and a subject of its number. */
export function emulatedMessage(
  uid: number,
  options: Partial<EmulatedMessage> & { bodyBytes?: number } = {},
): EmulatedMessage {
  const { bodyBytes = 100, ...rest } = options;
  const header = [
    `Message-ID: <message-${uid}@emulated.example>`,
    'From: sender@emulated.example',
    'To: receiver@emulated.example',
    'Date: Thu, 12 Mar 2015 10:00:00 +0100',
    `Subject: message ${uid}`,
  ];
  const lines = 'x'.repeat(76) + '\r\n';
  const body = lines.repeat(Math.ceil(bodyBytes / lines.length)).slice(0, Math.max(0, bodyBytes - 2));
  return { uid, content: Buffer.from(`${header.join('\r\n')}\r\n\r\n${body}\r\n`), ...rest };
}
