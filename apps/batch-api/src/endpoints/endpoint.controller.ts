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
  UseGuards,
} from '@nestjs/common';
import type { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { Operation } from '../openapi/operation.js';
import {
  endpointChange,
  endpointCreation,
  endpointPage,
  endpointView,
  type EndpointView,
  viewEndpoint,
} from './endpoint.schema.js';
import { EndpointService } from './endpoint.service.js';

const tag = 'endpoints';

@Controller('/v1/tenants/:tenantId/endpoints')
@UseGuards(TenantGuard)
export class EndpointController {
  private readonly endpoints: EndpointService;

  constructor(@Inject(EndpointService) endpoints: EndpointService) {
    this.endpoints = endpoints;
  }

  @Post()
  @Operation({
    id: 'createEndpoint',
    tag,
    summary: 'New-MigrationEndpoint: makes an endpoint after testing the connection',
    success: { status: 201, description: 'The endpoint', content: { 'application/json': endpointView } },
    problems: [409, 422],
  })
  async create(
    @Access() access: RequestAccess,
    @Body({ schema: endpointCreation }) body: z.output<typeof endpointCreation>,
  ): Promise<EndpointView> {
    return viewEndpoint(await this.endpoints.create(access, body));
  }

  @Get()
  @Operation({
    id: 'listEndpoints',
    tag,
    summary: 'Get-MigrationEndpoint: all endpoints of the tenant by name',
    success: { status: 200, description: 'The endpoints', content: { 'application/json': endpointPage } },
  })
  async list(@Access() access: RequestAccess): Promise<z.output<typeof endpointPage>> {
    return { items: (await this.endpoints.list(access.tenantId)).map(viewEndpoint), nextCursor: null };
  }

  @Get(':endpoint')
  @Operation({
    id: 'getEndpoint',
    tag,
    summary: 'Get-MigrationEndpoint: one endpoint by name or id',
    success: { status: 200, description: 'The endpoint', content: { 'application/json': endpointView } },
  })
  async get(@Access() access: RequestAccess, @Param('endpoint') identity: string): Promise<EndpointView> {
    return viewEndpoint(await this.endpoints.find(access.tenantId, identity));
  }

  @Patch(':endpoint')
  @Operation({
    id: 'changeEndpoint',
    tag,
    summary: 'Set-MigrationEndpoint: changes an endpoint; a changed connection is tested',
    success: { status: 200, description: 'The endpoint', content: { 'application/json': endpointView } },
    problems: [422],
  })
  async change(
    @Access() access: RequestAccess,
    @Param('endpoint') identity: string,
    @Body({ schema: endpointChange }) body: z.output<typeof endpointChange>,
  ): Promise<EndpointView> {
    return viewEndpoint(await this.endpoints.change(access, identity, body));
  }

  @Delete(':endpoint')
  @HttpCode(204)
  @Operation({
    id: 'removeEndpoint',
    tag,
    summary: 'Remove-MigrationEndpoint: refused while a batch uses it',
    success: { status: 204, description: 'It is gone', content: {} },
    problems: [409],
  })
  async remove(@Access() access: RequestAccess, @Param('endpoint') identity: string): Promise<void> {
    await this.endpoints.remove(access, identity);
  }
}
