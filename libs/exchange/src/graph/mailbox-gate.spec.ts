import { describe, expect, it } from 'vitest';
import { MailboxGate } from './mailbox-gate.js';

describe('the gate of a mailbox', () => {
  it('lets no more than its slots through at once, and everyone in the end', async () => {
    const gate = new MailboxGate({ slots: 4, signal: new AbortController().signal });
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await gate.sleep(2);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 40 }, () => gate.run(work)));
    expect(most).toBe(4);
    expect(gate.counters.requests).toBe(40);
  });

  it('gives the slot of a failed request on', async () => {
    const gate = new MailboxGate({ slots: 1, signal: new AbortController().signal });
    await expect(gate.run(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await gate.run(() => Promise.resolve('next'))).toBe('next');
  });

  it('ends a pause at once when the work is called off', async () => {
    const controller = new AbortController();
    const gate = new MailboxGate({ slots: 1, signal: controller.signal });
    gate.pause(3_600_000);
    const waiting = gate.run(() => Promise.resolve('never'));
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});
