import { checkNotes, checkStates, checkVerdicts, errorCodes, leftOutReasons } from '@sterna/domain';
import { z } from 'zod';

const date = z.date();
const id = z.string().min(1);
const count = z.number().min(0);

/** How a check is to be done. */
export const checkSettingsSchema = z.object({
  /** Between two logins at one source server. */
  pauseMs: z.number(),
  /** For the survey of one mailbox; what is left then is estimated. */
  mailboxSeconds: z.number(),
  /** Whether only the mailboxes are looked at that were not Go the last time. */
  onlyFailed: z.boolean(),
});
export type CheckSettings = z.infer<typeof checkSettingsSchema>;

/** The check of a batch; a batch has the last one only. */
export const checkSchema = z.object({
  checkId: id,
  tenantId: id,
  batchId: id,
  endpointId: id,
  /** The source as `checkLanes` has it. */
  serverKey: z.string(),
  state: z.enum(checkStates),
  settings: checkSettingsSchema,
  createdAt: date,
  createdBy: z.string(),
  endedAt: date.nullable(),
  totalCount: z.number().int(),
  /** Logins of administrators that were let in during this check. */
  goodLogins: z.array(z.string()),
  /** Who makes the list of mailboxes, and until when; '' and a time past are nobody. */
  owner: z.string(),
  until: date,
});
export type BatchCheck = z.infer<typeof checkSchema>;

/** What is added up over the mailboxes of a check. */
export const checkCountsSchema = z.object({
  folders: count,
  messages: count,
  bytes: count,
  renamed: count,
  seconds: count,
  leftOut: z.record(z.enum(leftOutReasons), count),
});
export type CheckCounts = z.infer<typeof checkCountsSchema>;

/** One mailbox of a check. */
export const checkedMailboxSchema = z.object({
  checkId: id,
  tenantId: id,
  batchId: id,
  userId: id,
  emailAddress: z.string(),
  /** Whose account the server knows the login by: the administrator's where one logs in. */
  login: z.string(),
  state: z.enum(['waiting', 'running', 'done']),
  owner: z.string(),
  until: date,
  notBefore: date,
  attempt: z.number().int(),
  /** Why the source is not to be logged in to. */
  skipLogin: z.string().nullable(),
  verdict: z.enum(checkVerdicts).nullable(),
  /** Errors and notes, for counting. */
  codes: z.array(z.enum([...errorCodes, ...checkNotes])),
  counts: checkCountsSchema.nullable(),
  checkedAt: date.nullable(),
  /** What was found, as the API shows it, as JSON text. */
  json: z.string().nullable(),
});
export type CheckedMailbox = z.infer<typeof checkedMailboxSchema>;

/** Who logs in at a source server right now, and when the next one may; one document for each server. */
export const checkLaneSchema = z.object({
  serverKey: id,
  nextLoginAt: date,
  /** Refusals in a row: each makes the pause longer. */
  refusals: z.number().int(),
  running: z.array(z.object({ holder: z.string(), login: z.string(), until: date })),
});
export type CheckLane = z.infer<typeof checkLaneSchema>;
