import { asMigrationError, type MigrationError } from '@sterna/domain';
import { type ExchangeTarget, type PlacedFolder, type TargetForecast, TenantTargets } from '@sterna/exchange';
import type { Logger } from '@sterna/platform';
import type { StateStore } from '@sterna/state';

/** A secret that was refused is refused for all mailboxes; it is not tried again for each of them. */
const refusalMs = 60_000;

/** Exchange Online of each tenant, signed in once for all checks. */
export class CheckTargets {
  readonly #targets: TenantTargets;
  readonly #refusals = new WeakMap<ExchangeTarget, { error: MigrationError; until: number }>();

  constructor(
    private readonly store: StateStore,
    logger: Logger,
  ) {
    this.#targets = new TenantTargets(store.secrets, logger);
  }

  /** @throws MigrationError targetSignInRefused, targetMailboxMissing and others of the account */
  async forecast(
    user: { tenantId: string; emailAddress: string },
    folders: readonly PlacedFolder[],
    signal: AbortSignal,
  ): Promise<TargetForecast> {
    const { tenantId } = user;
    const tenant = await this.store.tenants.find(tenantId);
    const target = await this.#targets.of({ tenantId, target: tenant?.target ?? null });
    const refusal = this.#refusals.get(target);
    if (refusal !== undefined && refusal.until > Date.now()) throw refusal.error;
    try {
      return await target.forecast(user.emailAddress, folders, { signal });
    } catch (thrown) {
      const error = asMigrationError(thrown);
      if (error.code === 'targetSignInRefused') {
        this.#refusals.set(target, { error, until: Date.now() + refusalMs });
      }
      throw error;
    }
  }

  /** Calls off what is under way. */
  close(): Promise<void> {
    return this.#targets.close();
  }
}
