import { moment } from '@sterna/reports';
import { z } from 'zod';
import { pageOf } from '../page.js';

/** Which batch a final report is of, and when it was saved. */
export const finalReportName = z
  .object({ batchId: z.string(), batchName: z.string(), savedAt: moment })
  .meta({ id: 'FinalReportName' });
export const finalReportPage = pageOf(finalReportName).meta({ id: 'FinalReportPage' });
