import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { batchCheck, type BatchCheckView } from '@sterna/preflight';
import type { Response } from 'express';
import { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { BatchService } from '../batches/batch.service.js';
import { Operation } from '../openapi/operation.js';
import { ProblemError } from '../problems/problem.js';
import {
  checkedMailboxQuery,
  checkRequest,
  type CheckRequest,
  mailboxCheckPage,
} from './batch-check.schema.js';
import { BatchCheckService } from './batch-check.service.js';

const tag = 'checks';
const shown = { 'application/json': batchCheck };

/** The look at all mailboxes of a batch before anything is migrated. */
@Controller('/v1/tenants/:tenantId/batches/:batch/check')
@UseGuards(TenantGuard)
export class BatchCheckController {
  private readonly batches: BatchService;
  private readonly checks: BatchCheckService;

  constructor(
    @Inject(BatchService) batches: BatchService,
    @Inject(BatchCheckService) checks: BatchCheckService,
  ) {
    this.batches = batches;
    this.checks = checks;
  }

  @Post()
  @HttpCode(202)
  @Operation({
    id: 'checkBatch',
    tag,
    summary: 'Begins to log in to every source and to look up every target of a batch; nothing is migrated',
    success: { status: 202, description: 'The check, which goes on in the background', content: shown },
    problems: [409],
  })
  async start(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Body({ schema: checkRequest }) settings: CheckRequest,
  ): Promise<BatchCheckView> {
    return this.checks.start(access, await this.batches.find(access.tenantId, identity), settings);
  }

  @Get()
  @Operation({
    id: 'getBatchCheck',
    tag,
    summary: 'The last check of a batch: how far it is, and what it adds up to',
    success: { status: 200, description: 'The check', content: shown },
  })
  async get(@Access() access: RequestAccess, @Param('batch') identity: string): Promise<BatchCheckView> {
    const batch = await this.batches.find(access.tenantId, identity);
    return this.checks.view(batch, await this.checks.find(batch));
  }

  @Post('stop')
  @HttpCode(200)
  @Operation({
    id: 'stopBatchCheck',
    tag,
    summary: 'Stops the check of a batch; what is checked stays',
    success: { status: 200, description: 'The check', content: shown },
  })
  async stop(@Access() access: RequestAccess, @Param('batch') identity: string): Promise<BatchCheckView> {
    return this.checks.stop(access, await this.batches.find(access.tenantId, identity));
  }

  @Get('mailboxes')
  @Operation({
    id: 'listCheckedMailboxes',
    tag,
    summary: 'What was found of each mailbox, by page; all of it as CSV by Accept',
    success: {
      status: 200,
      description: 'A page of mailboxes that are checked',
      content: { 'application/json': mailboxCheckPage, 'text/csv': z.string() },
    },
    problems: [406],
  })
  async list(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Query({ schema: checkedMailboxQuery }) query: z.output<typeof checkedMailboxQuery>,
    @Res() response: Response,
  ): Promise<void> {
    const check = await this.checks.find(await this.batches.find(access.tenantId, identity));
    switch (response.req.accepts(['application/json', 'text/csv'])) {
      case 'application/json':
        response.json(await this.checks.list(check, query));
        return;
      case 'text/csv':
        response.type('text/csv; charset=utf-8');
        await pipeline(Readable.from(this.checks.csv(check)), response);
        return;
      default:
        throw new ProblemError('notAcceptable', {
          what: 'The mailboxes are not to be had in that media type.',
          where: 'Accept',
          expected: 'application/json or text/csv',
        });
    }
  }
}
