import { Controller, Get, Inject, Param, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Access, type RequestAccess } from '../access/access.js';
import { TenantGuard } from '../access/tenant.guard.js';
import { BatchService } from '../batches/batch.service.js';
import { Operation } from '../openapi/operation.js';
import { progressEvent } from './event.schema.js';
import { OpenStreams } from './open-streams.js';
import { ProgressService } from './progress.service.js';

@Controller('/v1/tenants/:tenantId/batches/:batch/events')
@UseGuards(TenantGuard)
export class EventController {
  private readonly batches: BatchService;
  private readonly progress: ProgressService;
  private readonly streams: OpenStreams;

  constructor(
    @Inject(BatchService) batches: BatchService,
    @Inject(ProgressService) progress: ProgressService,
    @Inject(OpenStreams) streams: OpenStreams,
  ) {
    this.batches = batches;
    this.progress = progress;
    this.streams = streams;
  }

  @Get()
  @Operation({
    id: 'watchBatch',
    tag: 'batches',
    summary: 'Server-sent events: `progress` whenever something changed, `removed` at the end',
    headers: { 'Last-Event-ID': 'The id of the last event seen; it is not sent again' },
    success: { status: 200, description: 'A stream', content: { 'text/event-stream': progressEvent } },
  })
  async watch(
    @Access() access: RequestAccess,
    @Param('batch') identity: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const batch = await this.batches.find(access.tenantId, identity);
    await this.streams.run(response, request.header('Last-Event-ID') ?? null, async () => {
      const snapshot = await this.progress.snapshot(batch);
      return snapshot === null
        ? { id: 'removed', name: 'removed', data: { batchId: batch.batchId, name: batch.name } }
        : { id: snapshot.id, name: 'progress', data: snapshot.event };
    });
  }
}
