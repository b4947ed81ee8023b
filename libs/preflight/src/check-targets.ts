import { asMigrationError, MigrationError } from '@sterna/domain';
import { ExchangeTarget, type PlacedFolder, type TargetForecast } from '@sterna/exchange';
import type { Logger } from '@sterna/platform';
import type { StateStore } from '@sterna/state';
import { z } from 'zod';

const secret = z.object({ clientSecret: z.string().min(1) });
/** A secret that was refused is refused for all mailboxes; it is not tried again for each of them. */
const refusalMs = 60_000;

interface Known {
  key: string;
  target: Promise<ExchangeTarget>;
  refusal: { error: MigrationError; until: number } | null;
}

/** Exchange Online of each tenant, signed in once for all checks; a target that was set anew is taken anew. */
export class CheckTargets {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly store: StateStore,
    private readonly logger: Logger,
  ) {}

  /** @throws MigrationError targetSignInRefused, targetMailboxMissing and others of the account */
  async forecast(
    user: { tenantId: string; emailAddress: string },
    folders: readonly PlacedFolder[],
    signal: AbortSignal,
  ): Promise<TargetForecast> {
    const known = await this.#of(user.tenantId);
    if (known.refusal !== null && known.refusal.until > Date.now()) throw known.refusal.error;
    try {
      const target = await known.target;
      return await target.forecast(user.emailAddress, folders, { signal });
    } catch (error) {
      const found = asMigrationError(error);
      if (found.code === 'targetSignInRefused') {
        known.refusal = { error: found, until: Date.now() + refusalMs };
      }
      throw found;
    }
  }

  async #of(tenantId: string): Promise<Known> {
    const address = (await this.store.tenants.find(tenantId))?.target ?? null;
    if (address === null) throw noTarget(tenantId);
    const key = JSON.stringify(address);
    const known = this.#known.get(tenantId);
    if (known?.key === key) return known;
    const { clientSecretId, ...place } = address;
    const target = this.#connect(tenantId, clientSecretId, place);
    const fresh = { key, target, refusal: null };
    this.#known.set(tenantId, fresh);
    target.catch(() => {
      if (this.#known.get(tenantId) === fresh) this.#known.delete(tenantId);
    });
    return fresh;
  }

  async #connect(
    tenantId: string,
    clientSecretId: string,
    place: Omit<Parameters<typeof ExchangeTarget.connect>[0], 'clientSecret'>,
  ): Promise<ExchangeTarget> {
    const { clientSecret } = secret.parse(await this.store.secrets.open(tenantId, clientSecretId));
    return ExchangeTarget.connect({ ...place, clientSecret }, this.logger.child({ tenantId }));
  }

  /** Calls off what is under way. */
  async close(): Promise<void> {
    const targets = await Promise.allSettled([...this.#known.values()].map(({ target }) => target));
    for (const target of targets) if (target.status === 'fulfilled') target.value.close();
  }
}

function noTarget(tenantId: string): MigrationError {
  return new MigrationError({
    code: 'targetSignInRefused',
    scope: 'account',
    retry: { kind: 'never' },
    message: `the tenant ${tenantId} has no target; set the application that may write into its mailboxes with sterna target set`,
  });
}
