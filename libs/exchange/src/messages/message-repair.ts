/** What was done to a message so that Exchange takes it, as stable codes beside those of libs/mime. */
export const messageRepairs = [
  /** An address that is none went into the name of a placeholder. */
  'addressReplaced',
  /** The subject is longer than the 255 characters that Exchange keeps; the headers have it whole. */
  'subjectShortened',
  /** A file name or content type that Exchange would refuse was changed. */
  'attachmentRenamed',
  /** The plain text beside an HTML body is too long to be kept. */
  'plainTextLeftOut',
  /** The body is larger than a request may be: it is attached as a file, its beginning stays. */
  'bodyKeptAsFile',
  /** An attached message is too large or too deep for Exchange's own form and is attached as an .eml file. */
  'attachedMessageKeptAsFile',
  /** A file between what a request and what an upload session take got up to 1 KB of zero bytes at its end. */
  'attachmentPadded',
  /** Exchange refused the message with its headers, answered state, plain text and categories. */
  'optionalPropertiesLeftOut',
  /** Exchange refused the message with its addresses: they are kept as text. */
  'addressesKeptAsText',
  /** Exchange refused the message in its own form: it is kept whole as an .eml file. */
  'messageKeptAsFile',
] as const;
export type MessageRepair = (typeof messageRepairs)[number];

/** Collects the repairs of one message. */
export type Repairs = Set<string>;
