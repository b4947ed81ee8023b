import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { StateStore } from '@sterna/state';
import type { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { Operation } from '../openapi/operation.js';
import { pageQuery, type PageQuery } from '../page.js';
import { auditPage } from './audit.schema.js';

@Controller('/v1/tenants/:tenantId/audit')
@UseGuards(TenantGuard)
export class AuditController {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  @Get()
  @Operation({
    id: 'listAudit',
    tag: 'audit',
    summary: 'Who did what, the oldest first',
    success: { status: 200, description: 'A page of entries', content: { 'application/json': auditPage } },
  })
  async list(
    @Access() access: RequestAccess,
    @Query({ schema: pageQuery }) page: PageQuery,
  ): Promise<z.output<typeof auditPage>> {
    const found = await this.store.audit.list(access.tenantId, {
      limit: page.limit,
      cursor: page.cursor ?? null,
    });
    return {
      items: found.map(({ at, actor, action, subject, detail }) => ({
        at: at.toISOString(),
        actor,
        action,
        subject,
        detail,
      })),
      nextCursor: found.length < page.limit ? null : (found.at(-1)?.entryId ?? null),
    };
  }
}
