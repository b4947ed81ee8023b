import { checkVerdicts } from '@sterna/domain';
import { mailboxCheck } from '@sterna/preflight';
import { z } from 'zod';
import { pageOf, pageQuery } from '../page.js';

/**
 * How a batch is to be checked: the pause between two logins at a server, the time for the sizes of one mailbox (0 takes
 * the server's own numbers), and whether mailboxes that were Go the last time keep their result.
 */
export const checkRequest = z
  .strictObject({
    pauseMs: z.int().min(0).max(600_000).default(1_000),
    mailboxSeconds: z.int().min(0).max(3_600).default(120),
    onlyFailed: z.boolean().default(false),
  })
  .meta({ id: 'CheckRequest' });
export type CheckRequest = z.output<typeof checkRequest>;

export const checkedMailboxQuery = pageQuery.extend({ verdict: z.enum(checkVerdicts).optional() });
export const mailboxCheckPage = pageOf(mailboxCheck).meta({ id: 'MailboxCheckPage' });
export type MailboxCheckPage = z.output<typeof mailboxCheckPage>;
