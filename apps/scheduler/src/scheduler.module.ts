import { type DynamicModule, Module } from '@nestjs/common';
import { Broker, WorkPublisher } from '@sterna/messaging';
import type { Logger } from '@sterna/platform';
import { StateStore } from '@sterna/state';
import { Clock } from './clock.js';
import type { Duty } from './duties/duty.js';
import { CompleteBatches } from './duties/complete-batches.js';
import { OfferPassesAgain } from './duties/offer-passes-again.js';
import { ReleaseLostSlots } from './duties/release-lost-slots.js';
import { RemoveBatches } from './duties/remove-batches.js';
import { RemoveUsers } from './duties/remove-users.js';
import { RestoreLostUsers } from './duties/restore-lost-users.js';
import { RetireBatches } from './duties/retire-batches.js';
import { SendReports } from './duties/send-reports.js';
import { SettlePasses } from './duties/settle-passes.js';
import { StartBatches } from './duties/start-batches.js';
import { StartDuePasses } from './duties/start-due-passes.js';
import { StopBatches } from './duties/stop-batches.js';
import { StopUsers } from './duties/stop-users.js';
import { UpdateBatchStatuses } from './duties/update-batch-statuses.js';
import { DueUsers } from './passes/due-users.js';
import { PassOffers } from './passes/pass-offers.js';
import { PassStart } from './passes/pass-start.js';
import { ReportMailer } from './reports/report-mailer.js';
import { ScheduleLog } from './schedule-log.js';
import { Ticker } from './ticker.js';

/** In the order of a tick: what ends comes before what starts, so that a freed slot is used at once. */
const duties = [
  StopBatches,
  StopUsers,
  OfferPassesAgain,
  SettlePasses,
  ReleaseLostSlots,
  RestoreLostUsers,
  RetireBatches,
  RemoveUsers,
  RemoveBatches,
  StartBatches,
  CompleteBatches,
  StartDuePasses,
  UpdateBatchStatuses,
  SendReports,
];

export interface SchedulerParts {
  store: StateStore;
  broker: Broker;
  publisher: WorkPublisher;
  clock: Clock;
  mailer: ReportMailer;
  logger: Logger;
  tickMs: number;
}

@Module({})
export class SchedulerModule {
  static of(parts: SchedulerParts): DynamicModule {
    const ticker = (log: ScheduleLog, ...all: Duty[]): Ticker => new Ticker(all, log, parts.tickMs);
    return {
      module: SchedulerModule,
      providers: [
        { provide: StateStore, useValue: parts.store },
        { provide: Broker, useValue: parts.broker },
        { provide: WorkPublisher, useValue: parts.publisher },
        { provide: ReportMailer, useValue: parts.mailer },
        { provide: Clock, useValue: parts.clock },
        { provide: ScheduleLog, useValue: new ScheduleLog(parts.logger) },
        DueUsers,
        PassOffers,
        PassStart,
        ...duties,
        { provide: Ticker, inject: [ScheduleLog, ...duties], useFactory: ticker },
      ],
    };
  }
}
