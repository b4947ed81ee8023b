/** One mailbox to migrate, as its row names it. `line` is the line of the file where the row begins, from 1. */
export interface CsvRow {
  kind: 'row';
  line: number;
  /** The target mailbox, without surrounding spaces. */
  emailAddress: string;
  /** The login at the IMAP server, exactly as written. */
  userName: string;
  /** Exactly as written. */
  password: string;
  /** Empty where the file has no UserRoot or the cell is blank. */
  userRoot: string;
}

export const csvRowFaultCodes = [
  'emailAddressEmpty',
  'emailAddressInvalid',
  'emailAddressDuplicate',
  'userNameEmpty',
  'userNameInvalid',
  'passwordEmpty',
  'passwordInvalid',
] as const;
export type CsvRowFaultCode = (typeof csvRowFaultCodes)[number];

/** A row that cannot be migrated; the other rows go on. */
export interface CsvRowFault {
  kind: 'rowFault';
  line: number;
  code: CsvRowFaultCode;
  message: string;
  emailAddress: string;
}

export const csvFileFaultCodes = [
  'fileEmpty',
  'fileTooLarge',
  'tooManyRows',
  'encodingInvalid',
  'columnMissing',
  'columnUnknown',
  'columnDuplicate',
  'columnCountDiffers',
  'quoteInvalid',
] as const;
export type CsvFileFaultCode = (typeof csvFileFaultCodes)[number];

/** A fault that rejects the whole file; nothing follows it. `column` counts cells from 1. */
export interface CsvFileFault {
  kind: 'fileFault';
  line: number;
  column: number;
  code: CsvFileFaultCode;
  message: string;
}

export type CsvItem = CsvRow | CsvRowFault | CsvFileFault;
