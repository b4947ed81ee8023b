import { MigrationError } from '@sterna/domain';
import type { Logger } from '@sterna/platform';
import { z } from 'zod';
import { ExchangeTarget } from './exchange-target.js';
import type { TargetCredentials } from './graph/access-tokens.js';

const secret = z.object({ clientSecret: z.string().min(1) });

/** Exchange Online of a tenant, with the id of its secret in the place of the secret. */
export type TargetAddress = Omit<TargetCredentials, 'clientSecret'> & { clientSecretId: string };

/** Where the secrets are kept. */
export interface SecretStore {
  open(tenantId: string, secretId: string): Promise<unknown>;
}

/** Exchange Online of each tenant, made once and signed in once; a target that was set anew is taken anew. */
export class TenantTargets {
  readonly #known = new Map<string, { key: string; target: Promise<ExchangeTarget> }>();

  constructor(
    private readonly secrets: SecretStore,
    private readonly logger: Logger,
  ) {}

  /** @throws MigrationError targetSignInRefused where the tenant has no target, secretUnreadable */
  of(tenant: { tenantId: string; target: TargetAddress | null }): Promise<ExchangeTarget> {
    const { tenantId } = tenant;
    const key = JSON.stringify(tenant.target);
    const known = this.#known.get(tenantId);
    if (known?.key === key) return known.target;
    const target = this.#connect(tenantId, tenant.target);
    this.#known.set(tenantId, { key, target });
    target.catch(() => {
      if (this.#known.get(tenantId)?.target === target) this.#known.delete(tenantId);
    });
    return target;
  }

  async #connect(tenantId: string, target: TargetAddress | null): Promise<ExchangeTarget> {
    if (target === null) throw noTarget(tenantId);
    const { clientSecretId, ...address } = target;
    const { clientSecret } = secret.parse(await this.secrets.open(tenantId, clientSecretId));
    return ExchangeTarget.connect({ ...address, clientSecret }, this.logger.child({ tenantId }));
  }

  /** Calls off what is under way in all mailboxes. */
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
    message: `the tenant ${tenantId} has no target; set the application that may write into its mailboxes (sterna target set), then try again`,
  });
}
