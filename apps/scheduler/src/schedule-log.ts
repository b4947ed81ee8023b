import type { Logger } from '@sterna/platform';

/** Whose work a log line is about. */
export interface LogSubject {
  tenantId: string;
  batchId?: string;
  userId?: string;
  passId?: string;
}

/** The service's log; what concerns a tenant is written with its ids. */
export class ScheduleLog {
  constructor(readonly service: Logger) {}

  of({ tenantId, batchId, userId, passId }: LogSubject): Logger {
    return this.service.child({ tenantId, batchId, userId, passId });
  }
}
