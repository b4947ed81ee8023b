export {
  batchReport,
  type BatchReport,
  partsOf,
  printReportJson,
  readBatchReport,
  type ReportPart,
} from './batch-report.js';
export { batchView, type BatchView, countUsers, readBatchAccounts, viewBatch } from './batch-view.js';
export { moment, printMoment } from './moment.js';
export { printErrorsCsv, printReportCsv } from './report-csv.js';
export { type ReportMail, writeReportMail } from './report-mail.js';
export { percentOf, tallyView } from './tally-view.js';
export {
  folderPathsOf,
  missedMessageView,
  type MissedMessageView,
  userFields,
  userSummaries,
  userView,
  type UserView,
  viewMissed,
  viewUser,
} from './user-view.js';
