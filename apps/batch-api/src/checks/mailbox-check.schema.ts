import { userNameFormats } from '@sterna/credentials';
import { folderRepairs } from '@sterna/exchange';
import { z } from 'zod';

const count = z.int().min(0);
const fault = z.object({ code: z.string(), message: z.string() }).nullable();

/**
 * What a migration of a mailbox would meet, found without fetching a message. `messages` are those of the folders
 * that are wanted; `excluded` those that the batch leaves out; `overLimit` how many of them are above the limit of
 * items. `renamed` names of folders change in Exchange. `estimatedSeconds` is the time of one request for each
 * message at the rate that Microsoft allows for a mailbox, 10,000 in ten minutes.
 */
export const mailboxCheck = z
  .object({
    emailAddress: z.string(),
    userName: z.string(),
    userNameFormat: z.enum(userNameFormats),
    ok: z.boolean(),
    source: z.object({
      ok: z.boolean(),
      error: fault,
      folders: count,
      messages: count,
      excluded: count,
      overLimit: count,
    }),
    target: z.object({ ok: z.boolean(), error: fault }),
    renamed: z.array(z.object({ from: z.string(), to: z.string(), repairs: z.array(z.enum(folderRepairs)) })),
    estimatedSeconds: count,
  })
  .meta({ id: 'MailboxCheck' });
export type MailboxCheck = z.output<typeof mailboxCheck>;
