import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { defaultMigrationConfig, isDuplicateKey, StateStore, type Tenant } from '@sterna/state';
import { z } from 'zod';
import { OperatorGuard } from '../access/operator.guard.js';
import { Operation } from '../openapi/operation.js';
import { pageOf } from '../page.js';
import { notFound, ProblemError } from '../problems/problem.js';
import { apiKeyCreation, apiKeyView, rewrapResult, tenantCreation, tenantView } from './tenant.schema.js';

type TenantView = z.output<typeof tenantView>;
const tag = 'operator';
const tenantPage = pageOf(tenantView).meta({ id: 'TenantPage' });

const viewTenant = ({ tenantId, name, keepSubjects, createdAt }: Tenant): TenantView => ({
  tenantId,
  name,
  keepSubjects,
  createdAt: createdAt.toISOString(),
});

/** What only the operator of the installation may do. */
@Controller('/v1')
@UseGuards(OperatorGuard)
export class TenantController {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  @Post('tenants')
  @Operation({
    id: 'createTenant',
    tag,
    summary: 'Makes a tenant',
    success: { status: 201, description: 'The tenant', content: { 'application/json': tenantView } },
    problems: [409],
  })
  async create(@Body({ schema: tenantCreation }) body: z.output<typeof tenantCreation>): Promise<TenantView> {
    const tenant: Tenant = {
      tenantId: body.tenantId ?? randomUUID(),
      name: body.name,
      target: null,
      keepSubjects: body.keepSubjects,
      config: defaultMigrationConfig,
      createdAt: new Date(),
    };
    try {
      await this.store.tenants.create(tenant);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new ProblemError('nameTaken', {
        what: `The tenant "${tenant.tenantId}" already exists.`,
        where: 'tenantId',
        expected: 'An id that no tenant has.',
      });
    }
    await this.record(tenant.tenantId, 'tenant.create', tenant.name);
    return viewTenant(tenant);
  }

  @Get('tenants')
  @Operation({
    id: 'listTenants',
    tag,
    summary: 'All tenants',
    success: { status: 200, description: 'The tenants', content: { 'application/json': tenantPage } },
  })
  async list(): Promise<z.output<typeof tenantPage>> {
    return { items: (await this.store.tenants.list()).map(viewTenant), nextCursor: null };
  }

  @Post('tenants/:tenantId/api-keys')
  @Operation({
    id: 'createApiKey',
    tag,
    summary: 'Makes an API key of a tenant; it is shown this once',
    success: { status: 201, description: 'The key', content: { 'application/json': apiKeyView } },
  })
  async createKey(
    @Param('tenantId') tenantId: string,
    @Body({ schema: apiKeyCreation }) body: z.output<typeof apiKeyCreation>,
  ): Promise<z.output<typeof apiKeyView>> {
    if ((await this.store.tenants.find(tenantId)) === null) {
      throw notFound(`The tenant "${tenantId}" couldn't be found.`, 'tenantId');
    }
    const created = await this.store.apiKeys.create(tenantId, body.name);
    await this.record(tenantId, 'apiKey.create', created.keyId);
    return { ...created, tenantId, name: body.name };
  }

  @Post('secrets/rewrap')
  @HttpCode(200)
  @Operation({
    id: 'rewrapSecrets',
    tag,
    summary: 'Wraps all data keys with the current key of the keyring, after a new one was added',
    success: { status: 200, description: 'How many', content: { 'application/json': rewrapResult } },
  })
  async rewrap(): Promise<z.output<typeof rewrapResult>> {
    return { rewrapped: await this.store.secrets.rewrap() };
  }

  private record(tenantId: string, action: string, subject: string): Promise<void> {
    return this.store.audit.append({ tenantId, actor: 'operator', action, subject, detail: {} });
  }
}
