import {
  Body,
  Controller,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
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
import {
  type CutOver,
  cutOverRequest,
  type CutOverRequest,
  cutOverView,
} from '../cut-over/cut-over.schema.js';
import { CutOverService } from '../cut-over/cut-over.service.js';
import { Operation } from '../openapi/operation.js';
import { BatchChangeService } from './batch-change.service.js';
import { BatchLifecycleService } from './batch-lifecycle.service.js';
import { readCsvRequest, type UploadedCsv } from './batch-request.js';
import {
  batchChange,
  type BatchChange,
  batchCompletion,
  type BatchCompletion,
  userAddition,
  userAdditionResult,
  type UserAdditionResult,
  userAdditionSettings,
  userUpload,
} from './batch.schema.js';
import { BatchService } from './batch.service.js';

const tag = 'batches';
const shown = { 'application/json': batchView };
const syncResult = z.object({ mailboxes: z.int() }).meta({ id: 'SyncResult' });
const additionBodies = {
  'application/json': userAddition,
  'multipart/form-data': userUpload,
  'text/csv': z.string(),
};

/** Set-, Start-, Stop- and Complete-MigrationBatch, and the cut-over. */
@Controller('/v1/tenants/:tenantId/batches/:batch')
@UseGuards(TenantGuard)
export class BatchActionController {
  private readonly batches: BatchService;
  private readonly changes: BatchChangeService;
  private readonly lifecycle: BatchLifecycleService;
  private readonly cutOvers: CutOverService;

  constructor(
    @Inject(BatchService) batches: BatchService,
    @Inject(BatchChangeService) changes: BatchChangeService,
    @Inject(BatchLifecycleService) lifecycle: BatchLifecycleService,
    @Inject(CutOverService) cutOvers: CutOverService,
  ) {
    this.batches = batches;
    this.changes = changes;
    this.lifecycle = lifecycle;
    this.cutOvers = cutOvers;
  }

  @Patch()
  @Operation({
    id: 'changeBatch',
    tag,
    summary: 'Set-MigrationBatch: what is left out stays',
    success: { status: 200, description: 'The batch', content: shown },
    problems: [409],
  })
  async change(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Body({ schema: batchChange }) wanted: BatchChange,
  ): Promise<BatchView> {
    const batch = await this.batches.find(access.tenantId, identity);
    return this.batches.view(await this.changes.change(access, batch, wanted));
  }

  @Post('users')
  @HttpCode(200)
  @UseInterceptors(FileInterceptor('csv', { limits: { fileSize: maxCsvBytes, files: 1 } }))
  @Operation({
    id: 'addUsers',
    tag,
    summary: 'Set-MigrationBatch -AddUsers: new rows join, known mailboxes get the password of their row',
    requestBody: additionBodies,
    success: {
      status: 200,
      description: 'What came of the rows',
      content: { 'application/json': userAdditionResult },
    },
    problems: [409, 413, 415, 422],
  })
  async addUsers(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Req() request: Request,
    @UploadedFile() file: UploadedCsv | undefined,
  ): Promise<UserAdditionResult> {
    const found = await this.batches.find(access.tenantId, identity);
    const { settings, csv } = readCsvRequest(userAdditionSettings, request, file);
    const { batch, ...result } = await this.changes.addUsers(
      access,
      found,
      csv,
      settings.allowUnknownColumnsInCsv,
    );
    return { ...result, batch: await this.batches.view(batch) };
  }

  @Post('complete')
  @HttpCode(200)
  @Operation({
    id: 'completeBatch',
    tag,
    summary: 'Complete-MigrationBatch: a last synchronisation, then Completed',
    success: { status: 200, description: 'The batch', content: shown },
    problems: [409],
  })
  async complete(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Body({ schema: batchCompletion }) completion: BatchCompletion,
  ): Promise<BatchView> {
    const batch = await this.batches.find(access.tenantId, identity);
    return this.batches.view(await this.lifecycle.complete(access, batch, completion));
  }

  @Post('cut-over')
  @HttpCode(200)
  @Operation({
    id: 'cutOverBatch',
    tag,
    summary: 'Looks at the MX records of the domains and says what is next on the way to the new server',
    success: { status: 200, description: 'The steps', content: { 'application/json': cutOverView } },
    problems: [409],
  })
  async cutOver(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Body({ schema: cutOverRequest }) wanted: CutOverRequest,
  ): Promise<CutOver> {
    return this.cutOvers.look(access, await this.batches.find(access.tenantId, identity), wanted);
  }

  @Post('start')
  @HttpCode(200)
  @Operation({
    id: 'startBatch',
    tag,
    summary: 'Start-MigrationBatch: starts, resumes, or tries failed mailboxes again',
    success: { status: 200, description: 'The batch', content: shown },
    problems: [409],
  })
  async start(@Access() access: RequestAccess, @Param('batch') identity: string): Promise<BatchView> {
    return this.batches.view(
      await this.lifecycle.start(access, await this.batches.find(access.tenantId, identity)),
    );
  }

  @Post('stop')
  @HttpCode(200)
  @Operation({
    id: 'stopBatch',
    tag,
    summary: 'Stop-MigrationBatch',
    success: { status: 200, description: 'The batch', content: shown },
    problems: [409],
  })
  async stop(@Access() access: RequestAccess, @Param('batch') identity: string): Promise<BatchView> {
    return this.batches.view(
      await this.lifecycle.stop(access, await this.batches.find(access.tenantId, identity)),
    );
  }

  @Post('sync')
  @HttpCode(200)
  @Operation({
    id: 'syncBatch',
    tag,
    summary: 'Set-MigrationBatch -SyncNow: synchronises what is Synced at once',
    success: { status: 200, description: 'How many mailboxes', content: { 'application/json': syncResult } },
    problems: [409],
  })
  async sync(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
  ): Promise<z.output<typeof syncResult>> {
    const batch = await this.batches.find(access.tenantId, identity);
    return { mailboxes: await this.lifecycle.syncNow(access, batch) };
  }
}
