import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { TestExchange } from '../testing/test-exchange.js';

let exchange = new TestExchange();
afterEach(() => {
  exchange.close();
  exchange = new TestExchange();
});

const counters = z.object({
  mailboxes: z.record(z.string(), z.object({ requests: z.object({ POST: z.number().optional() }) })),
});

it('a forecast knows what the mailbox has, and changes nothing', async () => {
  await exchange.graph('POST', '/mailFolders', { displayName: 'Projects' });
  await exchange.graph('POST', '/mailFolders/inbox/messages', { subject: 'there already' });
  const folders = [
    { path: ['INBOX'], specialUse: 'inbox' as const, target: null },
    { path: ['PROJECTS'], specialUse: null, target: null },
    { path: ['PROJECTS', 'new'], specialUse: null, target: null },
    { path: ['Contacts'], specialUse: null, target: null },
  ];
  const forecast = await exchange.target.forecast(exchange.emailAddress, folders, {
    signal: exchange.controller.signal,
  });
  expect(forecast.folders).toMatchObject([
    { targetPath: 'Inbox', messagesThere: 1 },
    { targetPath: 'Projects', messagesThere: 0 },
    { targetPath: 'Projects/new', messagesThere: 0 },
    { targetPath: 'Contacts (2)', repairs: ['folderNameNumbered'] },
  ]);
  expect(forecast.roundTripMs).toBeGreaterThan(0);
  const { mailboxes } = counters.parse(JSON.parse(await exchange.admin('GET', '/counters')));
  expect(mailboxes[exchange.emailAddress]?.requests.POST).toBe(2);
});
