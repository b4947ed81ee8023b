export {
  type CsvFileFault,
  type CsvFileFaultCode,
  csvFileFaultCodes,
  type CsvItem,
  type CsvRow,
  type CsvRowFault,
  type CsvRowFaultCode,
  csvRowFaultCodes,
} from './csv-item.js';
export { isSmtpAddress } from './csv-row.js';
export { maxCsvBytes } from './csv-text.js';
export { type CsvOptions, type CsvSource, maxCsvRows, parseMigrationCsv } from './migration-csv.js';
