import type { components } from '@sterna/api-client';
import type { OutputRecord } from '../command-table.js';
import { recordLogin } from '../commands/endpoint-login.js';
import { printTimeSpan } from '../time-value.js';

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
    UserNameFormat: endpoint.userNameFormat,
    UserNameSeparator: endpoint.userNameSeparator,
    AuthorizationIdentity: endpoint.authorizationIdentity,
    CopyPerLabel: endpoint.copyPerLabel,
    FolderMapping: Object.entries(endpoint.folderMapping).map(([source, target]) => `${source}=${target}`),
    CertificateFingerprint: endpoint.certificateFingerprint,
    MinimumTlsVersion: endpoint.minimumTlsVersion,
    ...recordLogin(endpoint),
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
    State: batch.status,
    Type: 'IMAP',
    MigrationType: 'IMAP',
    BatchDirection: 'Onboarding',
    TotalCount: batch.totalCount,
    SyncedCount: batch.users.synced,
    ActiveCount: batch.users.active,
    FinalizedCount: batch.users.completed,
    FailedCount: batch.users.failed,
    StoppedCount: batch.users.stopped,
    PercentageComplete: batch.percentageComplete,
    ...recordTally(batch.tally),
    DataConsistencyScore: batch.dataConsistencyScore,
    SourceEndpoint: batch.sourceEndpoint,
    CreationDateTime: batch.createdAt,
    CreatedBy: batch.createdBy,
    StartDateTime: batch.startedAt,
    LastSyncedDateTime: batch.lastSyncedAt,
    StartAfter: batch.startAfter,
    StartAfterUTC: batch.startAfter,
    CompleteAfter: batch.completeAfter,
    CompleteAfterUTC: batch.completeAfter,
    TimeZone: batch.timeZone,
    ExcludeFolders: batch.excludeFolders,
    IncludeFolders: batch.includeFolders,
    ContentFilter: batch.contentFilter,
    BadItemLimit: batch.badItemLimit ?? 'Unlimited',
    LargeItemLimit: batch.largeItemLimit ?? 'Unlimited',
    LargeItemLimitBytes: batch.largeItemLimitBytes,
    TargetDeliveryDomain: batch.targetDeliveryDomain,
    IncrementalSyncInterval: printTimeSpan(batch.incrementalSyncIntervalMs),
    NotificationEmails: batch.notificationEmails,
    ReportInterval: printTimeSpan(batch.reportIntervalMs),
    SkipReports: batch.skipReports,
    SkipDetails: batch.skipDetails,
    RowErrorCount: batch.rowErrorCount,
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
    BatchId: user.batchName,
    RecipientType: 'Mailbox',
    Status: user.status,
    StatusSummary: user.statusSummary,
    SyncedItemCount: tally.migrated + tally.alreadyThere,
    SkippedItemCount: tally.filtered + tally.skipped + tally.failed + tally.vanished,
    PercentageComplete: user.percentageComplete,
    ...recordTally(tally),
    DataConsistencyScore: user.dataConsistencyScore,
    HasUnapprovedSkippedItems: user.hasUnapprovedSkippedItems,
    StartAfter: user.startAfter,
    CompleteAfter: user.completeAfter,
    LastSuccessfulSyncTime: user.lastSuccessfulSyncAt,
    ErrorSummary: user.error === null ? '' : `${user.error.code}: ${user.error.message}`,
  };
}

/** Microsoft's property names of a SkippedItem, and Sterna's reason and explanation. */
export function recordMissed(message: Schemas['MissedMessage']): OutputRecord {
  return {
    Kind: message.kind,
    Folder: message.folder,
    Subject: message.subject,
    Sender: message.sender,
    DateSent: message.sentAt,
    DateReceived: message.receivedAt,
    ScoringClassifications: message.reason,
    MessageSize: message.sizeBytes,
    MessageId: message.messageId,
    Uid: message.uid,
    Outcome: message.outcome,
    Explanation: message.explanation,
  };
}
