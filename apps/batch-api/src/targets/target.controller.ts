import { Body, Controller, Get, Inject, Put, UseGuards } from '@nestjs/common';
import { StateStore, type Tenant } from '@sterna/state';
import type { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { Operation } from '../openapi/operation.js';
import { notFound } from '../problems/problem.js';
import { targetSettings, targetView } from './target.schema.js';

type TargetView = z.output<typeof targetView>;

function viewTarget(tenant: Tenant | null): TargetView {
  const target = tenant?.target ?? null;
  if (target === null) throw notFound('The target connection of this tenant is not set.', 'target');
  const { clientSecretId, ...shown } = target;
  return { ...shown, hasClientSecret: clientSecretId !== '' };
}

@Controller('/v1/tenants/:tenantId/target')
@UseGuards(TenantGuard)
export class TargetController {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  @Put()
  @Operation({
    id: 'setTarget',
    tag: 'target',
    summary: 'How Exchange Online is reached: an application of Microsoft Entra and its secret',
    success: { status: 200, description: 'The target', content: { 'application/json': targetView } },
  })
  async set(
    @Access() access: RequestAccess,
    @Body({ schema: targetSettings }) body: z.output<typeof targetSettings>,
  ): Promise<TargetView> {
    const { clientSecret, ...target } = body;
    const owner = `target:${access.tenantId}`;
    const earlier = await this.store.tenants.find(access.tenantId);
    if (earlier === null) throw notFound(`The tenant "${access.tenantId}" couldn't be found.`, 'tenantId');
    await this.store.secrets.removeOwner(access.tenantId, owner);
    const clientSecretId = await this.store.secrets.put(access.tenantId, owner, { clientSecret });
    const tenant = await this.store.tenants.setTarget(access.tenantId, { ...target, clientSecretId });
    await this.store.audit.append({
      tenantId: access.tenantId,
      actor: access.actor,
      action: 'target.set',
      subject: target.clientId,
      detail: { ...target },
    });
    return viewTarget(tenant);
  }

  @Get()
  @Operation({
    id: 'getTarget',
    tag: 'target',
    summary: 'How Exchange Online is reached; the secret is not shown',
    success: { status: 200, description: 'The target', content: { 'application/json': targetView } },
  })
  async get(@Access() access: RequestAccess): Promise<TargetView> {
    return viewTarget(await this.store.tenants.find(access.tenantId));
  }
}
