import type { ProgressEvent } from '@sterna/api-client';

type User = ProgressEvent['users'][number];
const barCells = 20;
const megabyte = 1_000_000;

interface Sample {
  at: number;
  migrated: number;
  bytes: number;
}

/** Messages and bytes per second of each mailbox, over the last seconds that were seen. */
export class MailboxRates {
  private readonly samples = new Map<string, Sample[]>();
  private readonly windowMs = 10_000;

  add(event: ProgressEvent): void {
    const at = Date.parse(event.at);
    for (const { userId, tally } of event.users) {
      const kept = (this.samples.get(userId) ?? []).filter((sample) => at - sample.at <= this.windowMs);
      this.samples.set(userId, [...kept, { at, migrated: tally.migrated, bytes: tally.migratedBytes }]);
    }
  }

  of(userId: string): { messages: number; bytes: number } {
    const samples = this.samples.get(userId) ?? [];
    const first = samples[0];
    const last = samples.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return { messages: 0, bytes: 0 };
    const seconds = (last.at - first.at) / 1000;
    return {
      messages: (last.migrated - first.migrated) / seconds,
      bytes: (last.bytes - first.bytes) / seconds,
    };
  }
}

/** `[########............]` */
export function printBar(percent: number): string {
  const filled = Math.round((Math.max(0, Math.min(100, percent)) / 100) * barCells);
  return `[${'#'.repeat(filled)}${'.'.repeat(barCells - filled)}]`;
}

/** One mailbox in one line: bar, counts, rate, megabytes. */
export function printUser(user: User, rate: { messages: number; bytes: number }, nameWidth: number): string {
  const { tally } = user;
  const missed = tally.skipped + tally.failed + tally.vanished + tally.filtered;
  const parts = [
    user.emailAddress.padEnd(nameWidth),
    user.status.padEnd(18),
    `${printBar(user.percentageComplete)} ${String(user.percentageComplete).padStart(3)}%`,
    `found ${tally.found}`,
    `migrated ${tally.migrated}`,
    ...(tally.alreadyThere > 0 ? [`already there ${tally.alreadyThere}`] : []),
    ...(missed > 0 ? [`not migrated ${missed}`] : []),
    `${(tally.migratedBytes / megabyte).toFixed(1)} MB`,
    ...(rate.messages > 0
      ? [`${rate.messages.toFixed(0)}/s`, `${(rate.bytes / megabyte).toFixed(1)} MB/s`]
      : []),
    ...(user.error === null ? [] : [user.error.message]),
  ];
  return parts.join('  ');
}

/** The batch in one line. */
export function printBatch({ batch }: ProgressEvent): string {
  const { tally, users } = batch;
  return `${batch.name}  ${batch.status}  ${printBar(batch.percentageComplete)} ${batch.percentageComplete}%  mailboxes ${users.synced + users.completed}/${users.total}, failed ${users.failed}  messages ${tally.migrated}/${tally.found}  ${(tally.migratedBytes / megabyte).toFixed(1)} MB`;
}
