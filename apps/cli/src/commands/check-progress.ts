import type { components } from '@sterna/api-client';
import { printBar } from './progress-line.js';

type Check = components['schemas']['BatchCheck'];

/** How far a check is: one line that is written anew on a terminal, a line for each tenth elsewhere. */
export class CheckProgress {
  private lastTenth = -1;
  private isOpen = false;

  /** Null shows nothing. */
  constructor(private readonly stream: NodeJS.WriteStream | null) {}

  show(check: Check): void {
    if (this.stream === null) return;
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[2K${printProgress(check)}`);
      this.isOpen = true;
      return;
    }
    const tenth = Math.floor(percentOf(check) / 10);
    if (tenth === this.lastTenth) return;
    this.lastTenth = tenth;
    this.stream.write(`${printProgress(check)}\n`);
  }

  end(check: Check): void {
    if (this.isOpen) this.stream?.write(`\r\x1b[2K${printProgress(check)}\n`);
  }
}

function percentOf({ doneCount, totalCount }: Check): number {
  return totalCount === 0 ? 100 : Math.floor((doneCount / totalCount) * 100);
}

/** The check in one line. */
export function printProgress(check: Check): string {
  const { verdicts, doneCount, totalCount } = check;
  const { go, goWithNotes, noGo, notTried } = verdicts;
  const counts = `${doneCount}/${totalCount} mailboxes, go ${go + goWithNotes}, no go ${noGo}, not tried ${notTried}`;
  return `${check.batchName}  ${check.state}  ${printBar(percentOf(check))}  ${counts}`;
}
