import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import { userView, type UserView } from '@sterna/reports';
import type { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { Operation } from '../openapi/operation.js';
import { pageQuery, type PageQuery } from '../page.js';
import { UserLifecycleService } from './user-lifecycle.service.js';
import {
  missedPage,
  userChange,
  type UserChange,
  userPage,
  userQuery,
  userStatistics,
  type UserStatistics,
} from './user.schema.js';
import { type MissedPage, UserService } from './user.service.js';

const tag = 'users';
const shown = { 'application/json': userView };

@Controller('/v1/tenants/:tenantId/users')
@UseGuards(TenantGuard)
export class UserController {
  private readonly users: UserService;
  private readonly lifecycle: UserLifecycleService;

  constructor(
    @Inject(UserService) users: UserService,
    @Inject(UserLifecycleService) lifecycle: UserLifecycleService,
  ) {
    this.users = users;
    this.lifecycle = lifecycle;
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

  @Patch(':user')
  @Operation({
    id: 'changeUser',
    tag,
    summary: 'Set-MigrationUser: what is left out stays',
    success: { status: 200, description: 'The user', content: shown },
    problems: [409],
  })
  async change(
    @Access() access: RequestAccess,
    @Param('user') identity: string,
    @Body({ schema: userChange }) wanted: UserChange,
  ): Promise<UserView> {
    const user = await this.users.find(access.tenantId, identity);
    return this.users.viewOne(await this.lifecycle.change(access, user, wanted));
  }

  @Post(':user/start')
  @HttpCode(200)
  @Operation({
    id: 'startUser',
    tag,
    summary: 'Start-MigrationUser: tries a failed mailbox again, or goes on with a stopped one',
    success: { status: 200, description: 'The user', content: shown },
    problems: [409],
  })
  async start(@Access() access: RequestAccess, @Param('user') identity: string): Promise<UserView> {
    const user = await this.users.find(access.tenantId, identity);
    return this.users.viewOne(await this.lifecycle.start(access, user));
  }

  @Post(':user/stop')
  @HttpCode(200)
  @Operation({
    id: 'stopUser',
    tag,
    summary: 'Stop-MigrationUser',
    success: { status: 200, description: 'The user', content: shown },
    problems: [409],
  })
  async stop(@Access() access: RequestAccess, @Param('user') identity: string): Promise<UserView> {
    const user = await this.users.find(access.tenantId, identity);
    return this.users.viewOne(await this.lifecycle.stop(access, user));
  }

  @Post(':user/sync')
  @HttpCode(200)
  @Operation({
    id: 'syncUser',
    tag,
    summary: 'Set-MigrationUser -SyncNow: synchronises a Synced mailbox at once',
    success: { status: 200, description: 'The user', content: shown },
    problems: [409],
  })
  async sync(@Access() access: RequestAccess, @Param('user') identity: string): Promise<UserView> {
    const user = await this.users.find(access.tenantId, identity);
    return this.users.viewOne(await this.lifecycle.syncNow(access, user));
  }

  @Delete(':user')
  @HttpCode(202)
  @Operation({
    id: 'removeUser',
    tag,
    summary: 'Remove-MigrationUser: takes a mailbox out of its batch',
    success: { status: 202, description: 'The user, Removing', content: shown },
    problems: [409],
  })
  async remove(@Access() access: RequestAccess, @Param('user') identity: string): Promise<UserView> {
    const user = await this.users.find(access.tenantId, identity);
    return this.users.viewOne(await this.lifecycle.remove(access, user));
  }
}
