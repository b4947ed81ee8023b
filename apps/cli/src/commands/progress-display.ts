import type { ProgressEvent } from '@sterna/api-client';
import { type MailboxRates, printBatch, printUser } from './progress-line.js';

const nameWidthOf = (event: ProgressEvent): number =>
  Math.max(0, ...event.users.map((user) => user.emailAddress.length));

/** Rewrites its lines in place; as many mailboxes as the terminal has room for, those at work first. */
export class TerminalDisplay {
  private readonly stdout: NodeJS.WriteStream;
  private shownLines = 0;

  constructor(stdout: NodeJS.WriteStream) {
    this.stdout = stdout;
  }

  show(event: ProgressEvent, rates: MailboxRates): void {
    const room = Math.max(1, this.stdout.rows - 3);
    const users = [...event.users]
      .sort((a, b) => Number(b.statusSummary === 'Active') - Number(a.statusSummary === 'Active'))
      .slice(0, room);
    const width = nameWidthOf(event);
    const lines = [printBatch(event), ...users.map((user) => printUser(user, rates.of(user.userId), width))];
    const shown = lines.map((line) => `\x1b[2K${line.slice(0, Math.max(20, this.stdout.columns - 1))}`);
    const up = this.shownLines > 0 ? `\x1b[${this.shownLines}A` : '';
    this.stdout.write(`${up}\r\x1b[0J${shown.join('\n')}\n`);
    this.shownLines = shown.length;
  }
}

/** A line for each mailbox whose status or tenth of progress has changed, for logs and pipes. */
export class LineDisplay {
  private readonly stdout: NodeJS.WritableStream;
  private readonly last = new Map<string, string>();

  constructor(stdout: NodeJS.WritableStream) {
    this.stdout = stdout;
  }

  show(event: ProgressEvent, rates: MailboxRates): void {
    this.once('batch', event.batch.status, printBatch(event));
    const width = nameWidthOf(event);
    for (const user of event.users) {
      const step = `${user.status} ${Math.floor(user.percentageComplete / 10)} ${user.error?.code ?? ''}`;
      this.once(user.userId, step, printUser(user, rates.of(user.userId), width));
    }
  }

  private once(key: string, state: string, line: string): void {
    if (this.last.get(key) === state) return;
    this.last.set(key, state);
    this.stdout.write(`${line}\n`);
  }
}
