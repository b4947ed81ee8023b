import { z } from 'zod';
import { pageOf } from '../page.js';
import { moment } from '@sterna/reports';

export const auditEntryView = z
  .object({
    at: moment,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });
export const auditPage = pageOf(auditEntryView).meta({ id: 'AuditPage' });
