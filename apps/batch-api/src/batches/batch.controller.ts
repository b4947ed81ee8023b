import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  UploadedFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { maxCsvBytes } from '@sterna/csv';
import { batchView, type BatchView } from '@sterna/reports';
import type { Request } from 'express';
import { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { Operation } from '../openapi/operation.js';
import { type BatchRequest, BatchCreationService } from './batch-creation.service.js';
import { BatchLifecycleService } from './batch-lifecycle.service.js';
import { readCsvRequest, readIdempotencyKey, type UploadedCsv } from './batch-request.js';
import {
  batchCreation,
  batchPage,
  batchPreview,
  type BatchPreview,
  batchQuery,
  batchRemovalQuery,
  batchSettings,
  batchUpload,
} from './batch.schema.js';
import { BatchService } from './batch.service.js';

const tag = 'batches';
const shown = { 'application/json': batchView };
const creationBodies = {
  'application/json': batchCreation,
  'multipart/form-data': batchUpload,
  'text/csv': z.string(),
};

/** New-, Get- and Remove-MigrationBatch. */
@Controller('/v1/tenants/:tenantId/batches')
@UseGuards(TenantGuard)
export class BatchController {
  private readonly batches: BatchService;
  private readonly creation: BatchCreationService;
  private readonly lifecycle: BatchLifecycleService;

  constructor(
    @Inject(BatchService) batches: BatchService,
    @Inject(BatchCreationService) creation: BatchCreationService,
    @Inject(BatchLifecycleService) lifecycle: BatchLifecycleService,
  ) {
    this.batches = batches;
    this.creation = creation;
    this.lifecycle = lifecycle;
  }

  @Post()
  @UseInterceptors(FileInterceptor('csv', { limits: { fileSize: maxCsvBytes, files: 1 } }))
  @Operation({
    id: 'createBatch',
    tag,
    summary: 'New-MigrationBatch. With text/csv the settings of BatchSettings are query parameters',
    requestBody: creationBodies,
    headers: { 'Idempotency-Key': 'Repeating a request with the same key makes no second batch' },
    success: {
      status: 201,
      description:
        'The batch; rowErrors has the first 1,000 of the rowErrorCount rows left out, its report all',
      content: shown,
    },
    problems: [409, 413, 415, 422],
  })
  async create(
    @Access() access: RequestAccess,
    @Req() request: Request,
    @UploadedFile() file: UploadedCsv | undefined,
  ): Promise<BatchView> {
    return this.batches.view(await this.creation.create(access, readCreation(request, file)));
  }

  @Post('validate')
  @HttpCode(200)
  @UseInterceptors(FileInterceptor('csv', { limits: { fileSize: maxCsvBytes, files: 1 } }))
  @Operation({
    id: 'validateBatch',
    tag,
    summary: 'New-MigrationBatch -WhatIf: what it would do, without doing it',
    requestBody: creationBodies,
    success: {
      status: 200,
      description: 'How many mailboxes the batch would have, and the rows left out',
      content: { 'application/json': batchPreview },
    },
    problems: [409, 413, 415, 422],
  })
  validate(
    @Access() access: RequestAccess,
    @Req() request: Request,
    @UploadedFile() file: UploadedCsv | undefined,
  ): Promise<BatchPreview> {
    return this.creation.preview(access, readCreation(request, file));
  }

  @Get()
  @Operation({
    id: 'listBatches',
    tag,
    summary: 'Get-MigrationBatch: the batches of the tenant by name',
    success: { status: 200, description: 'A page of batches', content: { 'application/json': batchPage } },
  })
  list(
    @Access() access: RequestAccess,
    @Query({ schema: batchQuery }) query: z.output<typeof batchQuery>,
  ): Promise<z.output<typeof batchPage>> {
    return this.batches.list(access.tenantId, query);
  }

  @Get(':batch')
  @Operation({
    id: 'getBatch',
    tag,
    summary: 'Get-MigrationBatch: one batch by name or id',
    success: { status: 200, description: 'The batch', content: shown },
  })
  async get(@Access() access: RequestAccess, @Param('batch') identity: string): Promise<BatchView> {
    return this.batches.view(await this.batches.find(access.tenantId, identity));
  }

  @Delete(':batch')
  @HttpCode(202)
  @Operation({
    id: 'removeBatch',
    tag,
    summary: 'Remove-MigrationBatch; forget=true also forgets which messages were migrated',
    success: { status: 202, description: 'The batch, Removing', content: shown },
    problems: [409],
  })
  async remove(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Query({ schema: batchRemovalQuery }) query: z.output<typeof batchRemovalQuery>,
  ): Promise<BatchView> {
    const batch = await this.batches.find(access.tenantId, identity);
    return this.batches.view(await this.lifecycle.remove(access, batch, query.forget === 'true'));
  }
}

function readCreation(request: Request, file: UploadedCsv | undefined): BatchRequest {
  const idempotencyKey = readIdempotencyKey(request);
  return { ...readCsvRequest(batchSettings, request, file), idempotencyKey };
}
