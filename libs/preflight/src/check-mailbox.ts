import { loginNamesOf } from '@sterna/credentials';
import { asMigrationError, MigrationError } from '@sterna/domain';
import type { ImapSession } from '@sterna/imap';
import type { Batch, Endpoint, MigrationUser } from '@sterna/state';
import type { CheckTargets } from './check-targets.js';
import { findingsOf } from './findings.js';
import type { MailboxCheck } from './mailbox-check.js';
import { type LoginParts, openSource } from './source-login.js';
import { type SourceSurvey, SurveyRun } from './source-survey.js';
import { lookAtTarget } from './target-look.js';

/** A server that stops in the middle of an answer is left after so much more than its time. */
const graceMs = 90_000;

/** What a check works with. */
export interface CheckParts extends LoginParts {
  targets: CheckTargets;
  signal: AbortSignal;
}

/** Which mailbox is to be checked, and how. */
export interface CheckOrder {
  user: MigrationUser;
  batch: Batch;
  endpoint: Endpoint;
  mailboxSeconds: number;
  /** Why the source is not to be logged in to; null when it is. */
  skipLogin: string | null;
}

export interface CheckedSource {
  survey: SourceSurvey | null;
  error: MigrationError | null;
}

export interface CheckResult {
  check: MailboxCheck;
  /** Why the source could not be read; some of these pass by themselves. */
  sourceError: MigrationError | null;
}

/**
 * Looks at one source and its target before anything is migrated: one login, which is never repeated here.
 * @throws MigrationError cancelled when the signal is aborted
 */
export async function checkMailbox(parts: CheckParts, order: CheckOrder): Promise<CheckResult> {
  const { user, endpoint } = order;
  const isBusy = user.activePassId !== null;
  const source =
    isBusy || order.skipLogin !== null ? { survey: null, error: null } : await surveySource(parts, order);
  const folders = source.survey?.folders ?? [];
  const target = await lookAtTarget(parts.targets, user, folders, parts.signal);
  if (parts.signal.aborted) throw cancelled();
  const tally = await parts.store.ledger.tally(user.pairId);
  const check = findingsOf({
    ...order,
    source,
    target,
    isBusy,
    alreadyMigrated: tally.migrated + tally.alreadyThere,
    userNameFormat: loginNamesOf(user.userName, endpoint).reading.format,
    checkedAt: new Date(),
  });
  return { check, sourceError: source.error };
}

async function surveySource(parts: CheckParts, order: CheckOrder): Promise<CheckedSource> {
  try {
    return { survey: await survey(parts, order), error: null };
  } catch (error) {
    if (parts.signal.aborted) throw cancelled();
    return { survey: null, error: asMigrationError(error) };
  }
}

async function survey(
  parts: CheckParts,
  { user, batch, endpoint, mailboxSeconds }: CheckOrder,
): Promise<SourceSurvey> {
  const { signal } = parts;
  const time = AbortSignal.timeout(mailboxSeconds * 1000 + graceMs);
  const either = AbortSignal.any([signal, time]);
  const session = await untilAborted(openSource(parts, user, endpoint), either);
  const abort = () => session.abort();
  either.addEventListener('abort', abort, { once: true });
  try {
    const { copyPerLabel, folderMapping } = endpoint;
    const rules = { ...batch, copyPerLabel, folderMapping };
    return await new SurveyRun(session, rules, performance.now() + mailboxSeconds * 1000).run();
  } catch (error) {
    if (time.aborted) throw tooSlow(endpoint, mailboxSeconds);
    throw error;
  } finally {
    either.removeEventListener('abort', abort);
    await session.close();
  }
}

/** Nobody waits for a connection who was told to end. */
async function untilAborted(opening: Promise<ImapSession>, signal: AbortSignal): Promise<ImapSession> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([opening, aborted.promise]);
  } catch (error) {
    if (signal.aborted) opening.then((session) => session.abort()).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function tooSlow({ remoteServer, port }: Endpoint, mailboxSeconds: number): MigrationError {
  return new MigrationError({
    code: 'sourceTimeout',
    scope: 'account',
    retry: { kind: 'never' },
    message: `${remoteServer}:${port}: the mailbox could not be looked at in ${mailboxSeconds} seconds and the server did not answer any more`,
  });
}

function cancelled(): MigrationError {
  return new MigrationError({
    code: 'cancelled',
    scope: 'service',
    retry: { kind: 'backoff' },
    message: 'the check was told to end',
  });
}
