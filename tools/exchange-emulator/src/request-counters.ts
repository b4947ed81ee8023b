/** What one mailbox was asked: requests by method, and those answered 429. */
export interface MailboxCounters {
  requests: Record<string, number>;
  throttled: number;
}

/** Requests per mailbox, those inside a $batch included. */
export class RequestCounters {
  private readonly mailboxes = new Map<string, MailboxCounters>();

  count(mailbox: string, method: string): void {
    const counters = this.of(mailbox);
    counters.requests[method] = (counters.requests[method] ?? 0) + 1;
  }

  countThrottled(mailbox: string): void {
    this.of(mailbox).throttled += 1;
  }

  snapshot(): Record<string, MailboxCounters> {
    return Object.fromEntries(this.mailboxes);
  }

  reset(): void {
    this.mailboxes.clear();
  }

  private of(mailbox: string): MailboxCounters {
    const found = this.mailboxes.get(mailbox);
    if (found !== undefined) return found;
    const counters: MailboxCounters = { requests: {}, throttled: 0 };
    this.mailboxes.set(mailbox, counters);
    return counters;
  }
}
