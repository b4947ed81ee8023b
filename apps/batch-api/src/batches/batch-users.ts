import { randomUUID } from 'node:crypto';
import { type CsvRow, type CsvRowFault, parseMigrationCsv } from '@sterna/csv';
import { mailboxPairId, type UserStatus } from '@sterna/domain';
import type { Batch, Endpoint, MigrationUser, StateStore } from '@sterna/state';
import { ProblemError } from '../problems/problem.js';

const chunkSize = 64;
const storedAtOnce = 500;

export interface ReadRows {
  rows: CsvRow[];
  faults: CsvRowFault[];
}

/** Reads a whole CSV. @throws ProblemError csvInvalid when the file itself is at fault */
export async function readRows(csv: Uint8Array, allowUnknownColumns: boolean): Promise<ReadRows> {
  const read: ReadRows = { rows: [], faults: [] };
  for await (const item of parseMigrationCsv(csv, { allowUnknownColumns })) {
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

/** Walks over all users of a batch that are in one of these statuses, also while they change. */
export async function* usersOfBatch(
  store: StateStore,
  batch: Pick<Batch, 'tenantId' | 'batchId'>,
  statuses?: readonly UserStatus[],
): AsyncGenerator<MigrationUser[]> {
  let cursor: string | null = null;
  const filter = { batchId: batch.batchId, ...(statuses === undefined ? {} : { statuses }) };
  while (true) {
    const users: MigrationUser[] = await store.users.list(batch.tenantId, filter, {
      limit: chunkSize,
      cursor,
    });
    const last = users.at(-1);
    if (last === undefined) return;
    cursor = last.emailAddress;
    yield users;
  }
}

/** Stores the users of a batch that it lacks, each password sealed; may be repeated after a crash. */
export async function storeUsers(
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
    const userIds = missing.map(() => randomUUID());
    const secretIds = await store.secrets.putMany(
      batch.tenantId,
      missing.map(({ password }, index) => ({ ownerId: userIds[index] ?? '', value: { password } })),
    );
    await store.users.insertMany(
      missing.map((row, index) =>
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
    pairId: mailboxPairId({
      tenantId,
      remoteServer: endpoint.remoteServer,
      userName: row.userName,
      userRoot: row.userRoot,
      emailAddress,
    }),
    status: 'Validating',
    statusHistory: [{ status: 'Validating', at: now, reason: 'created' }],
    error: null,
    passNumber: 0,
    activePassId: null,
    attempt: 0,
    notBefore: now,
    nextSyncAt: null,
    syncNow: false,
    lastSuccessfulSyncAt: null,
    queuedAt: null,
    createdAt: now,
  };
}
