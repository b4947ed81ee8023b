import { Inject, Injectable } from '@nestjs/common';
import { batchStatuses } from '@sterna/domain';
import { readBatchReport, writeReportMail } from '@sterna/reports';
import { type Batch, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import { isReportDue } from '../decisions/report-rule.js';
import { ReportMailer } from '../reports/report-mailer.js';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

const reported = batchStatuses.filter((status) => status !== 'Created' && status !== 'Removing');
const retryMs = 5 * 60_000;

/**
 * Sends the status reports of batches to their NotificationEmails. One replica takes each report; what the mail
 * server does not take is tried again after five minutes.
 */
@Injectable()
export class SendReports implements Duty {
  readonly name = 'send-reports';
  readonly everyMs = 5_000;
  readonly #notBefore = new Map<string, number>();
  private readonly store: StateStore;
  private readonly clock: Clock;
  private readonly mailer: ReportMailer;
  private readonly log: ScheduleLog;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(Clock) clock: Clock,
    @Inject(ReportMailer) mailer: ReportMailer,
    @Inject(ScheduleLog) log: ScheduleLog,
  ) {
    this.store = store;
    this.clock = clock;
    this.mailer = mailer;
    this.log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    if (!this.mailer.canSend) return;
    const now = this.clock.now();
    for (const batch of await this.store.batches.inStatus(reported)) {
      if (signal.aborted) return;
      const isWaiting = (this.#notBefore.get(batch.batchId) ?? 0) > now.getTime();
      if (!isWaiting && isReportDue(batch, now)) await this.send(batch, now);
    }
  }

  private async send(batch: Batch, now: Date): Promise<void> {
    const { tenantId, batchId, notificationEmails, lastReportAt } = batch;
    if ((await this.store.batches.claimReport(batch, now)) === null) return;
    const log = this.log.of({ tenantId, batchId });
    try {
      const report = readBatchReport(this.store, batch, { isFinal: false });
      await this.mailer.send(notificationEmails, await writeReportMail(report));
      this.#notBefore.delete(batchId);
      log.info({ recipients: notificationEmails.length }, 'a status report was sent');
    } catch (error) {
      this.#notBefore.set(batchId, now.getTime() + retryMs);
      await this.store.batches.change(tenantId, batchId, { lastReportAt });
      log.warn({ error }, 'a status report could not be sent; trying again in five minutes');
    }
  }
}
