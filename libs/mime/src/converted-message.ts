/** What was mended on the way, as stable codes for reports. The list is closed. */
export const repairCodes = [
  /** A byte order mark, blank lines or an mbox "From " line stood before the first header field. */
  'leadingLinesRemoved',
  /** A line of the header block is no header field; it is kept in `headerText` only. */
  'headerLineBroken',
  /** No blank line ends the header block; the body was taken to begin at the first line that is no field. */
  'headerEndMissing',
  /** Raw 8-bit bytes in header fields that are not UTF-8 (RFC 6532) were read by a guessed charset. */
  'headerCharsetGuessed',
  /** Bytes that their charset does not know were replaced by U+FFFD. */
  'charsetReplaced',
  /** The named charset is unknown or contradicts the bytes; another one was used. */
  'charsetGuessed',
  /** Control characters, unpaired surrogates or noncharacters that JSON or XML refuse were replaced. */
  'charactersReplaced',
  /** A multipart has no boundary parameter, or none of its lines holds it; the parts were told by the lines found. */
  'boundaryGuessed',
  /** A multipart in which no boundary line can be found; its content is kept as one part. */
  'boundaryMissing',
  /** The last boundary line of a multipart is missing. */
  'boundaryUnclosed',
  /** More parts follow after the closing boundary line; they are kept. */
  'boundaryClosedEarly',
  /** A base64 body holds foreign characters or ends too early; what can be read was encoded anew. */
  'base64Repaired',
  /** An unknown Content-Transfer-Encoding; the bytes are kept as they are (RFC 2045 section 6.4). */
  'encodingUnknown',
  /** Parts nested deeper than the limit are kept as one file. */
  'nestingLimited',
  /** A text part that has no place in the body is kept as a file. */
  'partKeptAsFile',
  /** A file name was given, shortened or cleaned of characters that no file system takes. */
  'fileNameChanged',
  /** The Date header is not a date, or none that mail can have. */
  'dateUnreadable',
  /** An address field holds text that is not an address. */
  'addressUnreadable',
  /** The message could not be read as mail; it is kept whole as a file. */
  'messageKeptAsFile',
] as const;
export type RepairCode = (typeof repairCodes)[number];

/** `name` is decoded and may be empty; `address` is local@domain. */
export interface MailAddress {
  name: string;
  address: string;
}

export interface HeaderField {
  /** As it was written, in its letter case. */
  name: string;
  /** Unfolded, encoded words decoded (RFC 2047), no control characters. */
  value: string;
}

export interface MessageBody {
  contentType: 'html' | 'text';
  content: string;
}

export interface FileAttachment {
  kind: 'file';
  name: string;
  /** Media type in lower case, without parameters. */
  contentType: string;
  /** Content-ID without angle brackets. */
  contentId: string | null;
  /** The HTML body shows the file by its Content-ID (RFC 2392), so that it needs no place in the list of files. */
  isInline: boolean;
  /** Of the decoded content. */
  sizeBytes: number;
  /** Base64 in ASCII without line breaks; the bytes of the source where these were base64 already. */
  base64(): Buffer;
  decoded(): Buffer;
}

export interface MessageAttachment {
  kind: 'message';
  name: string;
  message: ConvertedMessage;
  /** The attached message as it was, for a target that has to store it as a file. */
  raw: Buffer;
  sizeBytes: number;
}

export type ConvertedAttachment = FileAttachment | MessageAttachment;

/** A message in the terms of a mailbox that stores properties instead of MIME. */
export interface ConvertedMessage {
  /** Decoded, one line. */
  subject: string;
  /** With angle brackets. */
  internetMessageId: string | null;
  from: MailAddress | null;
  sender: MailAddress | null;
  to: MailAddress[];
  cc: MailAddress[];
  bcc: MailAddress[];
  replyTo: MailAddress[];
  /** Null when the Date header is missing or nonsense. */
  sentDate: Date | null;
  importance: Importance;
  /** Every field of the header block, in its order. */
  headers: HeaderField[];
  /** The header block as text, as it was but for characters that no text may hold. */
  headerText: string;
  /** HTML where there is any (RFC 2046 section 5.1.4: the last alternative is the best). */
  body: MessageBody;
  /** The plain text beside an HTML body. */
  plainBody: string | null;
  attachments: ConvertedAttachment[];
  /** Codes of `repairCodes`, each once, those of attached messages included. */
  repairs: string[];
}

export type Importance = 'low' | 'normal' | 'high';

/** Collects the repairs of one message. */
export type RepairNotes = Set<RepairCode>;
