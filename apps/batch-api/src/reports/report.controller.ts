import { Controller, Get, Inject, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import { batchReport, type BatchReport, printReportCsv } from '@sterna/reports';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { BatchService } from '../batches/batch.service.js';
import { Operation } from '../openapi/operation.js';
import { ProblemError } from '../problems/problem.js';
import { pageQuery, type PageQuery } from '../page.js';
import { finalReportPage } from './report.schema.js';
import { ReportService } from './report.service.js';

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
    send(request, response, await this.reports.create(batch, false));
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
    send(request, response, await this.reports.findFinal(access.tenantId, batchId));
  }
}

function send(request: Request, response: Response, report: BatchReport): void {
  switch (request.accepts(['application/json', 'text/csv'])) {
    case 'application/json':
      response.json(report);
      return;
    case 'text/csv':
      response.type('text/csv; charset=utf-8').send(printReportCsv(report));
      return;
    default:
      throw new ProblemError('notAcceptable', {
        what: 'The report is not to be had in that media type.',
        where: 'Accept',
        expected: 'application/json or text/csv',
      });
  }
}
