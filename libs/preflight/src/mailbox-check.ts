import { userNameFormats } from '@sterna/credentials';
import {
  checkNotes,
  checkVerdicts,
  errorCodes,
  estimateBounds,
  type LeftOutReason,
  leftOutReasons,
} from '@sterna/domain';
import { folderRepairs } from '@sterna/exchange';
import { z } from 'zod';

const count = z.int().min(0);
const leftOut = z.object({
  folderExcluded: count,
  markedDeleted: count,
  contentFilter: count,
  tooLarge: count,
  tooManyItems: count,
} satisfies Record<LeftOutReason, z.ZodType>);

/** Where the octets of a mailbox come from, the most exact first. */
export const sizeOrigins = ['messages', 'folders', 'estimate'] as const;
export type SizeOrigin = (typeof sizeOrigins)[number];

/**
 * What a migration of a mailbox would meet, found without fetching a message. `problems` stop it, `notes` do not.
 * `messages` and `bytes` of the source are those that would be migrated, `leftOut` says of the others why not.
 * `sizesFrom` is `messages` where the size, date and flags of each message were read; `folders` where the time was over
 * before and the server added up the rest (STATUS=SIZE); `estimate` where the rest is the average of what was read.
 * `repeated` are shown by a folder although another one brings them over: labels of Gmail, views such as All Mail.
 * `target.messages` are those that the target folders hold already. What the quota of the target is, Graph does not say.
 */
export const mailboxCheck = z
  .object({
    emailAddress: z.string(),
    userName: z.string(),
    userNameFormat: z.enum(userNameFormats),
    verdict: z.enum(checkVerdicts),
    problems: z.array(z.object({ code: z.enum(errorCodes), message: z.string(), advice: z.string() })),
    notes: z.array(z.object({ code: z.enum(checkNotes), message: z.string() })),
    source: z.object({
      isChecked: z.boolean(),
      folders: count,
      excludedFolders: count,
      messages: count,
      bytes: count,
      sizesFrom: z.enum(sizeOrigins),
      largestMessageBytes: count,
      repeated: count,
      leftOut,
      unreadableFolders: z.array(z.string()),
      roundTripMs: count,
    }),
    target: z.object({ isChecked: z.boolean(), messages: count, roundTripMs: count }),
    alreadyMigrated: count,
    renamedCount: count,
    /** The first thousand of them. */
    renamed: z.array(z.object({ from: z.string(), to: z.string(), repairs: z.array(z.enum(folderRepairs)) })),
    estimate: z.object({ seconds: count, boundBy: z.enum(estimateBounds) }),
    checkedAt: z.iso.datetime(),
  })
  .meta({ id: 'MailboxCheck' });
export type MailboxCheck = z.output<typeof mailboxCheck>;

/** A count for each reason, all zero. */
export function nothingLeftOut(): Record<LeftOutReason, number> {
  return { folderExcluded: 0, markedDeleted: 0, contentFilter: 0, tooLarge: 0, tooManyItems: 0 };
}

/** How many messages are left out, for whatever reason. */
export function leftOutOf(counts: Record<LeftOutReason, number>): number {
  return leftOutReasons.reduce((sum, reason) => sum + counts[reason], 0);
}
