import { Controller, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { mailboxCheck, type MailboxCheck } from '@sterna/preflight';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { Operation } from '../openapi/operation.js';
import { UserService } from '../users/user.service.js';
import { MailboxCheckService } from './mailbox-check.service.js';

@Controller('/v1/tenants/:tenantId/users/:user/check')
@UseGuards(TenantGuard)
export class MailboxCheckController {
  private readonly users: UserService;
  private readonly checks: MailboxCheckService;

  constructor(
    @Inject(UserService) users: UserService,
    @Inject(MailboxCheckService) checks: MailboxCheckService,
  ) {
    this.users = users;
    this.checks = checks;
  }

  @Post()
  @HttpCode(200)
  @Operation({
    id: 'checkUser',
    tag: 'checks',
    summary: 'Logs in to the source and looks up the target of one mailbox, at once; nothing is migrated',
    success: { status: 200, description: 'What was found', content: { 'application/json': mailboxCheck } },
    problems: [409],
  })
  async check(@Access() access: RequestAccess, @Param('user') identity: string): Promise<MailboxCheck> {
    return this.checks.check(await this.users.find(access.tenantId, identity));
  }
}
