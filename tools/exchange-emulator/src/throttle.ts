import { GraphError } from './graph-error.js';

/** Limits of the Outlook service per application and mailbox (Graph page "Throttling limits"); null switches one off. */
export interface ThrottleLimits {
  concurrentRequests: number | null;
  requestsPer10Minutes: number | null;
  uploadBytesPer5Minutes: number | null;
}

export const documentedLimits: ThrottleLimits = {
  concurrentRequests: 4,
  requestsPer10Minutes: 10_000,
  uploadBytesPer5Minutes: 150 * 1024 * 1024,
};

/** A request that was let in; `leave` gives its slot back, once. */
export interface ThrottleLease {
  leave: () => void;
}

/** A sum over the last so many seconds, kept in buckets of one second. */
class SlidingSum {
  private readonly buckets: { second: number; amount: number }[] = [];
  private sum = 0;

  constructor(private readonly windowSeconds: number) {}

  /** The sum at a time. */
  at(second: number): number {
    while (this.buckets[0] !== undefined && this.buckets[0].second <= second - this.windowSeconds) {
      this.sum -= this.buckets.shift()?.amount ?? 0;
    }
    return this.sum;
  }

  add(second: number, amount: number): void {
    const last = this.buckets.at(-1);
    if (last?.second === second) last.amount += amount;
    else this.buckets.push({ second, amount });
    this.sum += amount;
  }

  /** Seconds until at least `amount` has left the window. */
  secondsUntilFree(second: number, amount: number): number {
    let freed = 0;
    for (const bucket of this.buckets) {
      freed += bucket.amount;
      if (freed >= amount) return Math.max(1, bucket.second + this.windowSeconds - second);
    }
    return this.windowSeconds;
  }
}

class Account {
  running = 0;
  readonly requests = new SlidingSum(600);
  readonly uploaded = new SlidingSum(300);
}

/** Counts requests per application and mailbox and refuses those over a limit. `nowMs` is the clock. */
export class Throttle {
  private readonly accounts = new Map<string, Account>();

  constructor(
    private readonly limits: ThrottleLimits,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /**
   * Lets a request in or refuses it; a refused request is not counted.
   * @throws GraphError 429 ApplicationThrottled with Retry-After in seconds
   */
  enter(applicationId: string, mailbox: string, uploadBytes: number): ThrottleLease {
    const key = `${applicationId}|${mailbox}`;
    const account = this.accounts.get(key) ?? new Account();
    this.accounts.set(key, account);
    const second = Math.floor(this.nowMs() / 1000);
    const { concurrentRequests, requestsPer10Minutes, uploadBytesPer5Minutes } = this.limits;
    if (concurrentRequests !== null && account.running >= concurrentRequests)
      throw throttled('MailboxConcurrency', 1);
    const requests = account.requests.at(second);
    if (requestsPer10Minutes !== null && requests >= requestsPer10Minutes) {
      throw throttled(
        'RequestRate',
        account.requests.secondsUntilFree(second, requests - requestsPer10Minutes + 1),
      );
    }
    const uploaded = account.uploaded.at(second);
    if (uploadBytesPer5Minutes !== null && uploaded > 0 && uploaded + uploadBytes > uploadBytesPer5Minutes) {
      const excess = uploaded + uploadBytes - uploadBytesPer5Minutes;
      throw throttled('IncomingBytes', account.uploaded.secondsUntilFree(second, excess));
    }
    account.running += 1;
    account.requests.add(second, 1);
    if (uploadBytes > 0) account.uploaded.add(second, uploadBytes);
    return this.lease(account);
  }

  reset(): void {
    this.accounts.clear();
  }

  private lease(account: Account): ThrottleLease {
    let left = false;
    return {
      leave: () => {
        if (!left) account.running -= 1;
        left = true;
      },
    };
  }
}

const throttled = (limit: string, retryAfterSeconds: number): GraphError =>
  new GraphError(429, 'ApplicationThrottled', `Application is over its ${limit} limit.`, {
    'retry-after': String(retryAfterSeconds),
  });
