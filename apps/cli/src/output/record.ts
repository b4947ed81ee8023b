import type { components } from '@sterna/api-client';
import type { OutputRecord } from '../command-table.js';

type Schemas = components['schemas'];

/** Microsoft's property names of an endpoint. */
export function recordEndpoint(endpoint: Schemas['Endpoint']): OutputRecord {
  return {
    Identity: endpoint.name,
    EndpointType: endpoint.type,
    RemoteServer: endpoint.remoteServer,
    Port: endpoint.port,
    Security: endpoint.security,
    AcceptUntrustedCertificates: endpoint.acceptUntrustedCertificates,
    MaxConcurrentMigrations: endpoint.maxConcurrentMigrations ?? 'Unlimited',
    MaxConcurrentIncrementalSyncs: endpoint.maxConcurrentIncrementalSyncs ?? 'Unlimited',
    Guid: endpoint.endpointId,
    CreationTime: endpoint.createdAt,
  };
}

/** Microsoft's property names of a batch, and Sterna's counts. */
export function recordBatch(batch: Schemas['Batch']): OutputRecord {
  return {
    Identity: batch.name,
    BatchGuid: batch.batchId,
    Status: batch.status,
    TotalCount: batch.totalCount,
    SyncedCount: batch.users.synced,
    ActiveCount: batch.users.active,
    FinalizedCount: batch.users.completed,
    FailedCount: batch.users.failed,
    StoppedCount: batch.users.stopped,
    PercentageComplete: batch.percentageComplete,
    ...recordTally(batch.tally),
    SourceEndpoint: batch.sourceEndpoint,
    CreationDateTime: batch.createdAt,
    StartDateTime: batch.startedAt,
    LastSyncedDateTime: batch.lastSyncedAt,
    StartAfter: batch.startAfter,
    CompleteAfter: batch.completeAfter,
    ExcludeFolders: batch.excludeFolders,
    IncludeFolders: batch.includeFolders,
    NotificationEmails: batch.notificationEmails,
    RowErrorCount: batch.rowErrors.length,
  };
}

/** The accounts of messages: Found is the sum of the others. */
export function recordTally(tally: Schemas['Tally']): OutputRecord {
  return {
    Found: tally.found,
    Migrated: tally.migrated,
    AlreadyThere: tally.alreadyThere,
    Filtered: tally.filtered,
    Skipped: tally.skipped,
    Failed: tally.failed,
    Vanished: tally.vanished,
    ToDo: tally.toDo,
    Bytes: tally.migratedBytes,
  };
}

/** Microsoft's property names of a user. */
export function recordUser(user: Schemas['User']): OutputRecord {
  const { tally } = user;
  return {
    Identity: user.emailAddress,
    Guid: user.userId,
    BatchId: user.batchId,
    Status: user.status,
    StatusSummary: user.statusSummary,
    SyncedItemCount: tally.migrated + tally.alreadyThere,
    SkippedItemCount: tally.filtered + tally.skipped + tally.failed + tally.vanished,
    PercentageComplete: user.percentageComplete,
    ...recordTally(tally),
    LastSuccessfulSyncTime: user.lastSuccessfulSyncAt,
    ErrorSummary: user.error === null ? '' : `${user.error.code}: ${user.error.message}`,
  };
}
