import { Body, Controller, Get, Inject, Patch, UseGuards } from '@nestjs/common';
import { batchStatuses, userStatuses } from '@sterna/domain';
import { countUsers } from '@sterna/reports';
import { type MigrationConfig, StateStore } from '@sterna/state';
import type { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { Operation } from '../openapi/operation.js';
import { notFound } from '../problems/problem.js';
import {
  migrationConfigChange,
  migrationConfigView,
  migrationStatistics,
  type MigrationStatistics,
} from './migration-config.schema.js';

const tag = 'tenant';
const shown = { 'application/json': migrationConfigView };

/** Get- and Set-MigrationConfig, Get-MigrationStatistics. */
@Controller('/v1/tenants/:tenantId')
@UseGuards(TenantGuard)
export class MigrationConfigController {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  @Get('config')
  @Operation({
    id: 'getMigrationConfig',
    tag,
    summary: 'Get-MigrationConfig: limits of the tenant and the lifetimes of its batches',
    success: { status: 200, description: 'The settings', content: shown },
  })
  get(@Access() { tenantId }: RequestAccess): Promise<MigrationConfig> {
    return this.find(tenantId);
  }

  @Patch('config')
  @Operation({
    id: 'setMigrationConfig',
    tag,
    summary: 'Set-MigrationConfig: what is left out stays',
    success: { status: 200, description: 'The settings', content: shown },
  })
  async set(
    @Access() { tenantId, actor }: RequestAccess,
    @Body({ schema: migrationConfigChange }) change: z.output<typeof migrationConfigChange>,
  ): Promise<MigrationConfig> {
    const config = migrationConfigView.parse({ ...(await this.find(tenantId)), ...change });
    await this.store.tenants.setConfig(tenantId, config);
    await this.store.audit.append({
      tenantId,
      actor,
      action: 'config.set',
      subject: tenantId,
      detail: change,
    });
    return config;
  }

  @Get('statistics')
  @Operation({
    id: 'getMigrationStatistics',
    tag,
    summary: 'Get-MigrationStatistics: how many batches and mailboxes of the tenant are in which status',
    success: { status: 200, description: 'The counts', content: { 'application/json': migrationStatistics } },
  })
  async statistics(@Access() { tenantId }: RequestAccess): Promise<MigrationStatistics> {
    const counts = await this.store.users.countOfTenant(tenantId);
    const batches = await Promise.all(
      batchStatuses.map(async (status) => ({
        status,
        count: await this.store.batches.count(tenantId, status),
      })),
    );
    return {
      users: countUsers(counts),
      userStatuses: userStatuses.flatMap((status) => {
        const count = counts.get(status);
        return count === undefined ? [] : [{ status, count }];
      }),
      batches: batches.reduce((sum, { count }) => sum + count, 0),
      batchStatuses: batches.filter(({ count }) => count > 0),
    };
  }

  private async find(tenantId: string): Promise<MigrationConfig> {
    const tenant = await this.store.tenants.find(tenantId);
    if (tenant === null) throw notFound(`The tenant "${tenantId}" couldn't be found.`, 'tenantId');
    return tenant.config;
  }
}
