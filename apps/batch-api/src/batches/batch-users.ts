import { randomUUID } from 'node:crypto';
import { type CsvRow, type CsvRowFault, parseMigrationCsv } from '@sterna/csv';
import { mailboxPairId } from '@sterna/domain';
import type { Batch, Endpoint, MigrationUser, StateStore } from '@sterna/state';
import { ProblemError } from '../problems/problem.js';

const chunkSize = 64;
const storedAtOnce = 500;

export interface ReadRows {
  rows: CsvRow[];
  faults: CsvRowFault[];
}

/** Whether the rows of an endpoint may leave Password empty: none is needed, or it comes from elsewhere. */
function allowsEmptyPasswords({ oauth, passwordSource }: Endpoint): boolean {
  return passwordSource === 'external' || (oauth !== null && oauth.provider !== 'refreshToken');
}

/** Reads a whole CSV for an endpoint. @throws ProblemError csvInvalid when the file itself is at fault */
export async function readRows(
  csv: Uint8Array,
  endpoint: Endpoint,
  allowUnknownColumns: boolean,
): Promise<ReadRows> {
  const read: ReadRows = { rows: [], faults: [] };
  const options = { allowUnknownColumns, allowEmptyPasswords: allowsEmptyPasswords(endpoint) };
  for await (const item of parseMigrationCsv(csv, options)) {
    if (item.kind === 'row') read.rows.push(item);
    else if (item.kind === 'rowFault') read.faults.push(item);
    else {
      throw new ProblemError('csvInvalid', {
        what: item.message,
        where: `line ${item.line}, column ${item.column}`,
        expected: 'A CSV file with the columns EmailAddress, UserName, Password and optionally UserRoot.',
        issues: [{ path: item.code, message: item.message }],
      });
    }
  }
  return read;
}

/** Splits a list into parts that are worked on at once. */
export function* chunksOf<Item>(items: readonly Item[], size = chunkSize): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/** A fault of a row as the batch keeps it; the password of the row is not in it. */
export function rowErrorOf({ line, emailAddress, code, message }: CsvRowFault): Batch['rowErrors'][number] {
  return { line, emailAddress, code, message };
}

export function alreadyInBatch({ line, emailAddress }: CsvRow): Batch['rowErrors'][number] {
  const message = `The user "${emailAddress}" is already included in a migration batch. Remove it there first.`;
  return { line, emailAddress, code: 'userInOtherBatch', message };
}

/** Which pair of mailboxes a row names. */
export function pairIdOf(tenantId: string, endpoint: Endpoint, row: CsvRow): string {
  return mailboxPairId({
    tenantId,
    remoteServer: endpoint.remoteServer,
    userName: row.userName,
    userRoot: row.userRoot,
    emailAddress: row.emailAddress.toLowerCase(),
  });
}

/** Stores the users of a batch that it lacks, each password sealed; may be repeated after a crash. */
export async function storeMissingUsers(
  store: StateStore,
  batch: Batch,
  endpoint: Endpoint,
  rows: readonly CsvRow[],
): Promise<void> {
  for (const chunk of chunksOf(rows, storedAtOnce)) {
    const there = await store.users.alreadyMigrating(
      batch.tenantId,
      chunk.map((row) => row.emailAddress.toLowerCase()),
    );
    const missing = chunk.filter((row) => !there.has(row.emailAddress.toLowerCase()));
    await storeUsers(store, batch, endpoint, missing);
  }
}

/** Stores users of a batch, each password sealed; none of them may be there yet. */
export async function storeUsers(
  store: StateStore,
  batch: Batch,
  endpoint: Endpoint,
  rows: readonly CsvRow[],
): Promise<void> {
  for (const chunk of chunksOf(rows, storedAtOnce)) {
    const userIds = chunk.map(() => randomUUID());
    const secretIds = await store.secrets.putMany(
      batch.tenantId,
      chunk.map(({ password }, index) => ({ ownerId: userIds[index] ?? '', value: { password } })),
    );
    await store.users.insertMany(
      chunk.map((row, index) =>
        newUser(batch, endpoint, row, {
          userId: userIds[index] ?? '',
          credentialsSecretId: secretIds[index] ?? '',
        }),
      ),
    );
  }
}

function newUser(
  batch: Batch,
  endpoint: Endpoint,
  row: CsvRow,
  ids: Pick<MigrationUser, 'userId' | 'credentialsSecretId'>,
): MigrationUser {
  const { tenantId, batchId } = batch;
  const emailAddress = row.emailAddress.toLowerCase();
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
