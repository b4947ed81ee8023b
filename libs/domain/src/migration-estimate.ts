/**
 * Limits of the Outlook service for an application and a mailbox
 * (https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits).
 */
const target = {
  requests: 10_000,
  requestWindowSeconds: 600,
  uploadBytes: 150_000_000,
  uploadWindowSeconds: 300,
  requestsAtOnce: 4,
};
/** Base64 makes four characters of three octets; attachments travel in it. */
const base64Growth = 4 / 3;
/** What a message costs beyond its creation when its attachments need upload sessions: session and last change. */
const requestsOfLarge = 2;
const uploadPieceBytes = 12 * 320 * 1024;
/** The reader fetches ranges of so many octets or messages with one command, and lists facts as often. */
const rangeBytes = 4 * 1024 * 1024;
const rangeMessages = 500;
const commandsOfRange = 2;
const daySeconds = 86_400;

/** What is to be moved of one mailbox. */
export interface MailboxLoad {
  folders: number;
  messages: number;
  bytes: number;
  /** Messages that do not fit into one request, and their octets; they are among the others too. */
  largeMessages: number;
  largeBytes: number;
}

/** How fast source and target are, as a check measured it, and what the source allows. */
export interface MailboxPace {
  sourceRoundTripMs: number;
  targetRoundTripMs: number;
  /** Octets that the source gives in a day; null where it states no such limit. */
  sourceBytesPerDay: number | null;
}

export const estimateBounds = [
  'targetRequestLimit',
  'targetUploadLimit',
  'targetRoundTrips',
  'sourceRoundTrips',
  'sourceDailyLimit',
] as const;
export type EstimateBound = (typeof estimateBounds)[number];

export interface MailboxEstimate {
  seconds: number;
  /** What takes the longest. */
  boundBy: EstimateBound;
}

/**
 * The shortest time in which a mailbox can be moved: the slowest of what limits it, for they run side by side. A limit
 * for a time costs nothing until it is used up, then the rest of that time: 10,000 requests go at once, the next one
 * waits for ten minutes. The bandwidth between the servers is not known before something was read, so it is not in it.
 */
export function estimateMailbox(load: MailboxLoad, pace: MailboxPace): MailboxEstimate {
  const requests = requestsOf(load);
  const ranges = Math.ceil(load.bytes / rangeBytes) + Math.ceil(load.messages / rangeMessages);
  const seconds: Record<EstimateBound, number> = {
    targetRequestLimit: waitOf(requests, target.requests, target.requestWindowSeconds),
    targetUploadLimit: waitOf(load.bytes * base64Growth, target.uploadBytes, target.uploadWindowSeconds),
    targetRoundTrips: (requests * pace.targetRoundTripMs) / target.requestsAtOnce / 1000,
    sourceRoundTrips: ((ranges * commandsOfRange + load.folders) * pace.sourceRoundTripMs) / 1000,
    sourceDailyLimit:
      pace.sourceBytesPerDay === null ? 0 : waitOf(load.bytes, pace.sourceBytesPerDay, daySeconds),
  };
  const boundBy = estimateBounds.reduce((slowest, bound) =>
    seconds[bound] > seconds[slowest] ? bound : slowest,
  );
  return { seconds: Math.ceil(seconds[boundBy]), boundBy };
}

/** One request for each folder and message, and for large ones a session and its pieces. */
function requestsOf({ folders, messages, largeMessages, largeBytes }: MailboxLoad): number {
  return (
    folders + messages + largeMessages * (requestsOfLarge + 1) + Math.ceil(largeBytes / uploadPieceBytes)
  );
}

/** Seconds until the last of `amount` may go when `limit` may go in every window. */
function waitOf(amount: number, limit: number, windowSeconds: number): number {
  return Math.floor(Math.max(0, amount - 1) / limit) * windowSeconds;
}

/** Estimates of mailboxes, added up. */
export interface EstimateSum {
  mailboxes: number;
  sumSeconds: number;
  longestSeconds: number;
}

/** The time of a batch of which so many mailboxes are moved at once: never shorter than the longest of them. */
export function estimateBatch(
  { mailboxes, sumSeconds, longestSeconds }: EstimateSum,
  atOnce: number,
): number {
  const lanes = Math.max(1, Math.min(atOnce, mailboxes));
  return Math.ceil(Math.max(longestSeconds, sumSeconds / lanes));
}
