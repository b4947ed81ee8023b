import { MigrationError } from '@sterna/domain';
import { ExchangeTarget } from '@sterna/exchange';
import type { Logger } from '@sterna/platform';
import type { StateStore, Tenant } from '@sterna/state';
import { z } from 'zod';

const secret = z.object({ clientSecret: z.string().min(1) });

/** Exchange Online of each tenant, signed in once for all its passes; a target that was set anew is taken anew. */
export class TenantTargets {
  readonly #targets = new Map<string, { key: string; target: Promise<ExchangeTarget> }>();

  constructor(
    private readonly store: StateStore,
    private readonly logger: Logger,
  ) {}

  /** @throws MigrationError targetSignInRefused where the tenant has no target, secretUnreadable */
  of(tenant: Tenant): Promise<ExchangeTarget> {
    const key = JSON.stringify(tenant.target);
    const known = this.#targets.get(tenant.tenantId);
    if (known?.key === key) return known.target;
    const target = this.#connect(tenant);
    this.#targets.set(tenant.tenantId, { key, target });
    target.catch(() => {
      if (this.#targets.get(tenant.tenantId)?.target === target) this.#targets.delete(tenant.tenantId);
    });
    return target;
  }

  async #connect({ tenantId, target }: Tenant): Promise<ExchangeTarget> {
    if (target === null) throw noTarget(tenantId);
    const { clientSecretId, ...address } = target;
    const { clientSecret } = secret.parse(await this.store.secrets.open(tenantId, clientSecretId));
    return ExchangeTarget.connect({ ...address, clientSecret }, this.logger.child({ tenantId }));
  }

  /** Calls off what is under way in all mailboxes. */
  async close(): Promise<void> {
    const targets = await Promise.allSettled([...this.#targets.values()].map((entry) => entry.target));
    for (const target of targets) if (target.status === 'fulfilled') target.value.close();
  }
}

function noTarget(tenantId: string): MigrationError {
  return new MigrationError({
    code: 'targetSignInRefused',
    scope: 'account',
    retry: { kind: 'never' },
    message: `the tenant ${tenantId} has no target; set the application that may write into its mailboxes, then start the batch again`,
  });
}
