import { randomUUID } from 'node:crypto';
import { type CsvFileFault, type CsvRow, type CsvRowFault, parseMigrationCsv } from '@sterna/csv';
import { mailboxPairId } from '@sterna/domain';
import type { Batch, Endpoint, MigrationUser, RowError, StateStore } from '@sterna/state';
import { ProblemError } from '../problems/problem.js';

/** More rows at once are not faster, and take memory until the next full collection. */
const rowsAtOnce = 100;

/** Whether the rows of an endpoint may leave Password empty: none is needed, or it comes from elsewhere. */
function allowsEmptyPasswords({ oauth, passwordSource }: Endpoint): boolean {
  return passwordSource === 'external' || (oauth !== null && oauth.provider !== 'refreshToken');
}

/** A CSV file for an endpoint. */
export interface MigrationCsv {
  csv: Uint8Array;
  endpoint: Endpoint;
  allowUnknownColumns: boolean;
}

/** What a part of a CSV file holds. */
export interface ReadRows {
  rows: CsvRow[];
  faults: CsvRowFault[];
}

/**
 * Reads a CSV in parts of 100 rows, so that a large one takes no memory for all its rows. A fault of the file may
 * stand at its end: before anything is kept of a file, it is read to there.
 * @throws ProblemError csvInvalid when the file itself is at fault
 */
export async function* readRows({
  csv,
  endpoint,
  allowUnknownColumns,
}: MigrationCsv): AsyncGenerator<ReadRows> {
  let part: ReadRows = { rows: [], faults: [] };
  const options = { allowUnknownColumns, allowEmptyPasswords: allowsEmptyPasswords(endpoint) };
  for await (const item of parseMigrationCsv(csv, options)) {
    if (item.kind === 'fileFault') throw csvInvalid(item);
    if (item.kind === 'row') part.rows.push(item);
    else part.faults.push(item);
    if (part.rows.length + part.faults.length < rowsAtOnce) continue;
    yield part;
    part = { rows: [], faults: [] };
  }
  yield part;
}

function csvInvalid(fault: CsvFileFault): ProblemError {
  return new ProblemError('csvInvalid', {
    what: fault.message,
    where: `line ${fault.line}, column ${fault.column}`,
    expected: 'A CSV file with the columns EmailAddress, UserName, Password and optionally UserRoot.',
    issues: [{ path: fault.code, message: fault.message }],
  });
}

/** A fault of a row as the batch keeps it; the password of the row is not in it. */
export function rowErrorOf({ line, emailAddress, code, message }: CsvRowFault): RowError {
  return { line, emailAddress, code, message };
}

export function alreadyInBatch({ line, emailAddress }: CsvRow): RowError {
  const message = `The user "${emailAddress}" is already included in a migration batch. Remove it there first.`;
  return { line, emailAddress, code: 'userInOtherBatch', message };
}

/** The address of a row as users have it. */
export const addressOf = ({ emailAddress }: CsvRow): string => emailAddress.toLowerCase();

/** Which pair of mailboxes a row names. */
export function pairIdOf(tenantId: string, endpoint: Endpoint, row: CsvRow): string {
  return mailboxPairId({
    tenantId,
    remoteServer: endpoint.remoteServer,
    userName: row.userName,
    userRoot: row.userRoot,
    emailAddress: addressOf(row),
  });
}

/** Stores users of a batch, each password sealed; none of them may be there yet. */
export async function storeUsers(
  store: StateStore,
  batch: Batch,
  endpoint: Endpoint,
  rows: readonly CsvRow[],
): Promise<void> {
  const userIds = rows.map(() => randomUUID());
  const secretIds = await store.secrets.putMany(
    batch.tenantId,
    rows.map(({ password }, index) => ({ ownerId: userIds[index] ?? '', value: { password } })),
  );
  await store.users.insertMany(
    rows.map((row, index) =>
      newUser(batch, endpoint, row, {
        userId: userIds[index] ?? '',
        credentialsSecretId: secretIds[index] ?? '',
      }),
    ),
  );
}

function newUser(
  batch: Batch,
  endpoint: Endpoint,
  row: CsvRow,
  ids: Pick<MigrationUser, 'userId' | 'credentialsSecretId'>,
): MigrationUser {
  const { tenantId, batchId } = batch;
  const emailAddress = addressOf(row);
  const now = new Date();
  return {
    ...ids,
    tenantId,
    batchId,
    endpointId: endpoint.endpointId,
    emailAddress,
    userName: row.userName,
    userRoot: row.userRoot,
    pairId: pairIdOf(tenantId, endpoint, row),
    status: 'Validating',
    statusHistory: [{ status: 'Validating', at: now, reason: 'created' }],
    error: null,
    passNumber: 0,
    activePassId: null,
    attempt: 0,
    arrivedAtFailure: 0,
    notBefore: now,
    nextSyncAt: null,
    syncNow: false,
    lastSuccessfulSyncAt: null,
    startAfter: null,
    completeAfter: null,
    skippedItemsApprovedAt: null,
    queuedAt: null,
    createdAt: now,
  };
}
