import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { Operation } from '../openapi/operation.js';
import { pageQuery, type PageQuery } from '../page.js';
import { missedPage, userPage, userQuery, userStatistics, type UserStatistics } from './user.schema.js';
import { type MissedPage, UserService } from './user.service.js';

const tag = 'users';

@Controller('/v1/tenants/:tenantId/users')
@UseGuards(TenantGuard)
export class UserController {
  private readonly users: UserService;

  constructor(@Inject(UserService) users: UserService) {
    this.users = users;
  }

  @Get()
  @Operation({
    id: 'listUsers',
    tag,
    summary: 'Get-MigrationUser: by batch, status or summary of statuses',
    success: { status: 200, description: 'A page of users', content: { 'application/json': userPage } },
  })
  list(
    @Access() access: RequestAccess,
    @Query({ schema: userQuery }) query: z.output<typeof userQuery>,
  ): Promise<z.output<typeof userPage>> {
    return this.users.list(access.tenantId, query);
  }

  @Get(':user')
  @Operation({
    id: 'getUser',
    tag,
    summary: 'Get-MigrationUserStatistics: one user by e-mail address or id, folder by folder',
    success: { status: 200, description: 'The user', content: { 'application/json': userStatistics } },
  })
  async get(@Access() access: RequestAccess, @Param('user') identity: string): Promise<UserStatistics> {
    return this.users.statistics(await this.users.find(access.tenantId, identity));
  }

  @Get(':user/missed')
  @Operation({
    id: 'listMissedMessages',
    tag,
    summary: 'Every message that did not arrive, with its reason',
    success: { status: 200, description: 'A page of messages', content: { 'application/json': missedPage } },
  })
  async missed(
    @Access() access: RequestAccess,
    @Param('user') identity: string,
    @Query({ schema: pageQuery }) page: PageQuery,
  ): Promise<MissedPage> {
    return this.users.missed(await this.users.find(access.tenantId, identity), page);
  }
}
