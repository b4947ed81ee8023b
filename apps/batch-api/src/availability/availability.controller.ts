import { Body, Controller, HttpCode, Inject, Post, UseGuards } from '@nestjs/common';
import { testAvailability } from '@sterna/imap';
import type { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { EndpointService } from '../endpoints/endpoint.service.js';
import { Operation } from '../openapi/operation.js';
import { availabilityReport, availabilityTest } from './availability.schema.js';

@Controller('/v1/tenants/:tenantId/server-availability')
@UseGuards(TenantGuard)
export class AvailabilityController {
  private readonly endpoints: EndpointService;

  constructor(@Inject(EndpointService) endpoints: EndpointService) {
    this.endpoints = endpoints;
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
    const { credentials, ...named } = body;
    const connection =
      'endpoint' in named ? await this.endpoints.find(access.tenantId, named.endpoint) : named;
    return availabilityReport.parse(
      await testAvailability(credentials === undefined ? connection : { ...connection, credentials }),
    );
  }
}
