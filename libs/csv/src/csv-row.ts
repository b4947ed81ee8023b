import type { CsvHeader } from './csv-header.js';
import type { CsvRow, CsvRowFault, CsvRowFaultCode } from './csv-item.js';

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainLabel = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Whether Exchange Online can have a mailbox of this SMTP address (RFC 5321 dot-string, 64 + 255 octets). */
export function isSmtpAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  if (at < 1 || address.length > 254) return false;
  const local = address.slice(0, at);
  const labels = address.slice(at + 1).split('.');
  return (
    local.length <= 64 &&
    localPart.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => domainLabel.test(label))
  );
}

/** Control characters cannot be part of an IMAP login. */
const hasControlCharacter = (text: string): boolean => /\p{Cc}/u.test(text);

/** A row as it stands in the file, on the line where it begins. */
export interface CsvRecord {
  line: number;
  cells: readonly string[];
}

export interface RowRules {
  /** Addresses above, and their lines. */
  seen: ReadonlyMap<string, number>;
  allowEmptyPassword: boolean;
}

function faultOf(row: CsvRow, { seen, allowEmptyPassword }: RowRules): [CsvRowFaultCode, string] | null {
  const { emailAddress, userName, password } = row;
  if (emailAddress === '') return ['emailAddressEmpty', 'EmailAddress is empty.'];
  if (!isSmtpAddress(emailAddress)) {
    return ['emailAddressInvalid', `"${emailAddress.slice(0, 254)}" is not a valid SMTP address.`];
  }
  const first = seen.get(emailAddress.toLowerCase());
  if (first !== undefined) {
    return ['emailAddressDuplicate', `${emailAddress} is already on line ${first} of this file.`];
  }
  if (userName === '') return ['userNameEmpty', 'UserName is empty.'];
  if (userName !== userName.trim()) {
    return ['userNameInvalid', 'UserName begins or ends with a space.'];
  }
  if (hasControlCharacter(userName)) {
    return ['userNameInvalid', 'UserName contains a control character.'];
  }
  if (password === '' && !allowEmptyPassword) return ['passwordEmpty', 'Password is empty.'];
  if (hasControlCharacter(password)) {
    return ['passwordInvalid', 'Password contains a control character or a line end.'];
  }
  return null;
}

/** Reads one row that has as many cells as the header. */
export function readRow(
  { cells, line }: CsvRecord,
  header: CsvHeader,
  rules: RowRules,
): CsvRow | CsvRowFault {
  const row: CsvRow = {
    kind: 'row',
    line,
    emailAddress: (cells[header.emailAddress] ?? '').trim(),
    userName: cells[header.userName] ?? '',
    password: cells[header.password] ?? '',
    userRoot: header.userRoot === null ? '' : (cells[header.userRoot] ?? '').trim(),
  };
  const fault = faultOf(row, rules);
  if (fault === null) return row;
  const [code, message] = fault;
  return { kind: 'rowFault', line, code, message, emailAddress: row.emailAddress };
}
