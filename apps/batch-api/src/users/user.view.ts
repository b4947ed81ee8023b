import { summaryOf, type Tally } from '@sterna/domain';
import type { MigrationUser } from '@sterna/state';
import { printMoment } from '../page.js';
import { percentOf } from '../tally.schema.js';
import type { UserView } from './user.schema.js';

/** A migration user as the API shows it; no secret is in it. */
export function viewUser(user: MigrationUser, tally: Tally): UserView {
  const statusSummary = summaryOf(user.status);
  const percentage = percentOf(tally);
  return {
    userId: user.userId,
    emailAddress: user.emailAddress,
    userName: user.userName,
    userRoot: user.userRoot,
    batchId: user.batchId,
    status: user.status,
    statusSummary,
    error: user.error,
    tally,
    percentageComplete:
      statusSummary === 'Synced' && tally.found === 0
        ? 100
        : statusSummary === 'Active'
          ? Math.min(99, percentage)
          : percentage,
    passNumber: user.passNumber,
    lastSuccessfulSyncAt: printMoment(user.lastSuccessfulSyncAt),
    nextSyncAt: printMoment(user.nextSyncAt),
  };
}
