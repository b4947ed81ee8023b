import { Inject, Injectable } from '@nestjs/common';
import { loginNamesOf } from '@sterna/credentials';
import { asMigrationError, isFolderWanted } from '@sterna/domain';
import { ExchangeTarget, repairName } from '@sterna/exchange';
import { ImapSession } from '@sterna/imap';
import { SourceLogins, storedAccount } from '@sterna/source-login';
import { type Batch, type Endpoint, type MigrationUser, StateStore } from '@sterna/state';
import { z } from 'zod';
import { notFound } from '../problems/problem.js';
import { CheckLogger } from './check-logger.js';
import type { MailboxCheck } from './mailbox-check.schema.js';

const clientSecret = z.object({ clientSecret: z.string() });
/** 10,000 requests in ten minutes for a mailbox and an application. */
const requestsPerSecond = 10_000 / 600;
const lookUpMs = 60_000;

type SourceFindings = Pick<MailboxCheck, 'source' | 'renamed'>;

/** Looks at a source and its target before anything is migrated: one login and one request. */
@Injectable()
export class MailboxCheckService {
  private readonly store: StateStore;
  private readonly log: CheckLogger;
  private readonly logins: SourceLogins;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(CheckLogger) log: CheckLogger,
    @Inject(SourceLogins) logins: SourceLogins,
  ) {
    this.store = store;
    this.log = log;
    this.logins = logins;
  }

  /** @throws ProblemError notFound when the batch or the endpoint of the user is gone */
  async check(user: MigrationUser): Promise<MailboxCheck> {
    const [batch, endpoint] = await Promise.all([
      this.store.batches.find(user.tenantId, user.batchId),
      this.store.endpoints.find(user.tenantId, user.endpointId),
    ]);
    if (batch === null || endpoint === null) throw notFound('The batch of the user is gone.', 'user');
    const [found, target] = await Promise.all([
      this.checkSource(user, batch, endpoint),
      this.checkTarget(user),
    ]);
    const { emailAddress, userName } = user;
    return {
      emailAddress,
      userName,
      userNameFormat: loginNamesOf(userName, endpoint).reading.format,
      ok: found.source.ok && target.ok,
      ...found,
      target,
      estimatedSeconds: Math.ceil(found.source.messages / requestsPerSecond),
    };
  }

  private async checkSource(user: MigrationUser, batch: Batch, endpoint: Endpoint): Promise<SourceFindings> {
    const nothing = { folders: 0, messages: 0, excluded: 0, overLimit: 0 };
    try {
      return await this.survey(user, batch, endpoint);
    } catch (error) {
      const { code, message } = asMigrationError(error);
      return { source: { ok: false, error: { code, message }, ...nothing }, renamed: [] };
    }
  }

  private async survey(user: MigrationUser, batch: Batch, endpoint: Endpoint): Promise<SourceFindings> {
    const { userRoot } = user;
    const { logger } = this.log;
    const request = { endpoint, account: storedAccount(this.store.secrets, user) };
    const session = await this.logins.connect(request, (login) =>
      ImapSession.open({ server: endpoint, login, userRoot, logger }),
    );
    try {
      const folders = (await session.listFolders()).filter(({ isSelectable }) => isSelectable);
      const wanted = folders.filter((folder) => isFolderWanted(folder, batch));
      const all = countOf(folders);
      const messages = countOf(wanted);
      const overLimit = Math.max(0, messages - batch.maxItems);
      return {
        source: {
          ok: true,
          error: null,
          folders: folders.length,
          messages,
          excluded: all - messages,
          overLimit,
        },
        renamed: wanted.flatMap(({ path }) => renamedOf(path)),
      };
    } finally {
      await session.close();
    }
  }

  private async checkTarget({ tenantId, emailAddress }: MigrationUser): Promise<MailboxCheck['target']> {
    const tenant = await this.store.tenants.find(tenantId);
    const address = tenant?.target ?? null;
    if (address === null) {
      const message = 'The tenant has no target; set the application that may write into its mailboxes.';
      return { ok: false, error: { code: 'targetSignInRefused', message } };
    }
    try {
      const { clientSecretId, ...place } = address;
      const secret = clientSecret.parse(await this.store.secrets.open(tenantId, clientSecretId));
      const target = ExchangeTarget.connect({ ...place, ...secret }, this.log.logger);
      await target.openMailbox(emailAddress, { signal: AbortSignal.timeout(lookUpMs) });
      target.close();
      return { ok: true, error: null };
    } catch (error) {
      const { code, message } = asMigrationError(error);
      return { ok: false, error: { code, message } };
    }
  }
}

function countOf(folders: readonly { messages: number | null }[]): number {
  return folders.reduce((sum, { messages }) => sum + (messages ?? 0), 0);
}

function renamedOf(path: readonly string[]): MailboxCheck['renamed'] {
  const last = path.at(-1) ?? '';
  const { name, repairs } = repairName(last);
  return repairs.length === 0 ? [] : [{ from: path.join('/'), to: name, repairs }];
}
