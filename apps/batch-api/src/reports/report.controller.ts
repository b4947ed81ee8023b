import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import { batchReport } from '@sterna/reports';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { BatchService } from '../batches/batch.service.js';
import { Operation } from '../openapi/operation.js';
import { ProblemError } from '../problems/problem.js';
import { pageQuery, type PageQuery } from '../page.js';
import { finalReportPage } from './report.schema.js';
import { ReportService, type ReportTexts } from './report.service.js';

const content = { 'application/json': batchReport, 'text/csv': z.string() };
const tag = 'reports';

@Controller('/v1/tenants/:tenantId')
@UseGuards(TenantGuard)
export class ReportController {
  private readonly batches: BatchService;
  private readonly reports: ReportService;

  constructor(@Inject(BatchService) batches: BatchService, @Inject(ReportService) reports: ReportService) {
    this.batches = batches;
    this.reports = reports;
  }

  @Get('batches/:batch/report')
  @Operation({
    id: 'getBatchReport',
    tag,
    summary: 'Get-MigrationReport: what became of every mailbox, as JSON or CSV by Accept',
    success: { status: 200, description: 'The report', content },
    problems: [406],
  })
  async get(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const batch = await this.batches.find(access.tenantId, identity);
    await send(request, response, this.reports.read(batch));
  }

  @Get('reports')
  @Operation({
    id: 'listFinalReports',
    tag,
    summary: 'The final reports of batches that were removed, the newest first',
    success: {
      status: 200,
      description: 'A page of their names',
      content: { 'application/json': finalReportPage },
    },
  })
  list(
    @Access() access: RequestAccess,
    @Query({ schema: pageQuery }) page: PageQuery,
  ): Promise<z.input<typeof finalReportPage>> {
    return this.reports.list(access.tenantId, page);
  }

  @Get('reports/:batchId')
  @Operation({
    id: 'getFinalReport',
    tag,
    summary:
      'The final report of a batch that was removed, by its id or the newest of its name, as JSON or CSV by Accept',
    success: { status: 200, description: 'The report', content },
    problems: [406],
  })
  async getFinal(
    @Access() access: RequestAccess,
    @Param('batchId') batchId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await send(request, response, await this.reports.findFinal(access.tenantId, batchId));
  }
}

async function send(request: Request, response: Response, report: ReportTexts): Promise<void> {
  switch (request.accepts(['application/json', 'text/csv'])) {
    case 'application/json':
      return stream(response.type('application/json; charset=utf-8'), report.json());
    case 'text/csv':
      return stream(response.type('text/csv; charset=utf-8'), report.csv());
    default:
      throw new ProblemError('notAcceptable', {
        what: 'The report is not to be had in that media type.',
        where: 'Accept',
        expected: 'application/json or text/csv',
      });
  }
}

/** Sends the pieces as they come. One that cannot be read breaks the answer off, so that no part passes for the whole. */
async function stream(response: Response, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const source = Readable.from(pieces);
  // the answer begins with the first piece: what fails before it is a problem document
  await once(source, 'readable');
  try {
    await pipeline(source, response);
  } catch (error) {
    if (!isClosedByClient(error)) throw error;
  }
}

const isClosedByClient = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
