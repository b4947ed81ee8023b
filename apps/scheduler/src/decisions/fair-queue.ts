import type { MigrationUser, SlotKind } from '@sterna/state';

/** A user for whom a pass is due, and which of the endpoint's limits that pass falls under. */
export interface DueUser {
  user: MigrationUser;
  kind: SlotKind;
}

/** How many passes have not ended, by tenant and by batch id. */
export interface RunningPasses {
  byTenant: ReadonlyMap<string, number>;
  byBatch: ReadonlyMap<string, number>;
}

/**
 * Who is next: the tenant with the fewest running passes, of it the batch with the fewest, of that whoever has
 * been due the longest. So a tenant with 50,000 mailboxes does not hold up one with three.
 */
export class FairQueue {
  readonly #byTenant: Map<string, number>;
  readonly #byBatch: Map<string, number>;
  #waiting: DueUser[];

  constructor(due: readonly DueUser[], running: RunningPasses) {
    this.#byTenant = new Map(running.byTenant);
    this.#byBatch = new Map(running.byBatch);
    this.#waiting = [...due].sort((a, b) => dueSince(a) - dueSince(b));
  }

  /** Takes out who is next; null when nobody waits. */
  next(): DueUser | null {
    let best: DueUser | null = null;
    for (const candidate of this.#waiting) {
      if (best === null || this.#isBefore(candidate, best)) best = candidate;
    }
    this.#waiting = this.#waiting.filter((candidate) => candidate !== best);
    return best;
  }

  /** Counts a pass that was started. */
  noteStart({ user }: DueUser): void {
    this.#byTenant.set(user.tenantId, (this.#byTenant.get(user.tenantId) ?? 0) + 1);
    this.#byBatch.set(user.batchId, (this.#byBatch.get(user.batchId) ?? 0) + 1);
  }

  /** Takes out all who would need the same limit of the same endpoint, because it is reached. */
  noteFull({ user, kind }: DueUser): void {
    this.#waiting = this.#waiting.filter(
      (other) => other.kind !== kind || other.user.endpointId !== user.endpointId,
    );
  }

  #isBefore(a: DueUser, b: DueUser): boolean {
    const tenants = this.#runningOf(a).tenant - this.#runningOf(b).tenant;
    if (tenants !== 0) return tenants < 0;
    return this.#runningOf(a).batch < this.#runningOf(b).batch;
  }

  #runningOf({ user }: DueUser): { tenant: number; batch: number } {
    return {
      tenant: this.#byTenant.get(user.tenantId) ?? 0,
      batch: this.#byBatch.get(user.batchId) ?? 0,
    };
  }
}

/** Since when the pass is due, in ms of the epoch. */
function dueSince({ user, kind }: DueUser): number {
  return (kind === 'initial' ? user.notBefore : (user.nextSyncAt ?? user.notBefore)).getTime();
}
