import { Body, Controller, HttpCode, Inject, Post, UseGuards } from '@nestjs/common';
import { type LogIn, testAvailability } from '@sterna/imap';
import { SourceLogins } from '@sterna/source-login';
import type { Endpoint } from '@sterna/state';
import type { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { EndpointService } from '../endpoints/endpoint.service.js';
import { Operation } from '../openapi/operation.js';
import { availabilityReport, availabilityTest } from './availability.schema.js';

type LogInOpen = Parameters<LogIn>[0];
interface TestedAccount {
  userName: string;
  emailAddress?: string | undefined;
  password?: string | undefined;
}

@Controller('/v1/tenants/:tenantId/server-availability')
@UseGuards(TenantGuard)
export class AvailabilityController {
  private readonly endpoints: EndpointService;
  private readonly logins: SourceLogins;

  constructor(
    @Inject(EndpointService) endpoints: EndpointService,
    @Inject(SourceLogins) logins: SourceLogins,
  ) {
    this.endpoints = endpoints;
    this.logins = logins;
  }

  @Post()
  @HttpCode(200)
  @Operation({
    id: 'testServerAvailability',
    tag: 'endpoints',
    summary: 'Test-MigrationServerAvailability: each step of a connection, and what to do where one fails',
    success: {
      status: 200,
      description: 'What was found; `ok` is false where a step failed',
      content: { 'application/json': availabilityReport },
    },
  })
  async test(
    @Access() access: RequestAccess,
    @Body({ schema: availabilityTest }) body: z.output<typeof availabilityTest>,
  ): Promise<z.input<typeof availabilityReport>> {
    if ('endpoint' in body) {
      const endpoint = await this.endpoints.find(access.tenantId, body.endpoint);
      const logIn = body.credentials === undefined ? {} : { logIn: this.logInOf(endpoint, body.credentials) };
      return availabilityReport.parse(await testAvailability({ ...endpoint, ...logIn }));
    }
    const { credentials, ...connection } = body;
    const logIn = credentials === undefined ? {} : { logIn: (open: LogInOpen) => open(credentials) };
    return availabilityReport.parse(await testAvailability({ ...connection, ...logIn }));
  }

  /** As the endpoint would log in to a mailbox, with what its row would have. */
  private logInOf(
    endpoint: Endpoint,
    { userName, emailAddress = userName, password = '' }: TestedAccount,
  ): LogIn {
    const cell = { read: () => Promise.resolve(password), replace: () => Promise.resolve() };
    const account = { userName, emailAddress, password: cell };
    return (open) => this.logins.connect({ endpoint, account }, open);
  }
}
