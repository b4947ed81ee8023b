import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TargetMailbox } from '../target-mailbox.js';
import { errorOf, TestExchange } from '../testing/test-exchange.js';

let exchange: TestExchange;
let mailbox: TargetMailbox;
beforeEach(async () => {
  exchange = new TestExchange();
  mailbox = await exchange.open();
});
afterEach(() => exchange.close());

describe('the folders of a target mailbox', () => {
  it('puts special folders and everything below them into the well-known folders', async () => {
    const found = [
      await mailbox.ensureFolder(['INBOX'], 'inbox'),
      await mailbox.ensureFolder(['Gesendet'], 'sent'),
      await mailbox.ensureFolder(['Gesendet', '2019'], null),
      await mailbox.ensureFolder(['inbox', 'Work'], null),
      await mailbox.ensureFolder(['INBOX', 'Papierkorb'], 'trash'),
      await mailbox.ensureFolder(['Spam'], 'junk'),
      await mailbox.ensureFolder(['[Gmail]', 'Drafts'], 'drafts'),
      await mailbox.ensureFolder(['Archives'], 'archive'),
      await mailbox.ensureFolder(['All Mail'], 'all'),
      await mailbox.ensureFolder(['Projects', 'Été 2019', '日本語 a/b'], null),
    ];
    expect(found.map((each) => each.targetPath)).toEqual([
      'Inbox',
      'Sent Items',
      'Sent Items/2019',
      'Inbox/Work',
      'Deleted Items',
      'Junk Email',
      'Drafts',
      'Archive',
      'Archive',
      'Projects/Été 2019/日本語 a/b',
    ]);
    expect(found.flatMap((each) => each.repairs)).toEqual([]);
  });

  it('asks nothing for a folder that it knows, and one page for each level that it does not', async () => {
    const before = mailbox.counters.requests;
    const first = await mailbox.ensureFolder(['A', 'B', 'C'], null);
    // children of the root, then A, B and C are made: what is new has no children to be listed
    expect(mailbox.counters.requests - before).toBe(4);
    expect(await mailbox.ensureFolder(['A', 'B', 'C'], null)).toEqual(first);
    await mailbox.ensureFolder(['A', 'D'], null);
    expect(mailbox.counters.requests - before).toBe(5);
  });

  it('finds folders of an earlier pass on any page and in any letter case', async () => {
    const first = new Map<string, string>();
    for (let number = 0; number < 30; number += 1) {
      const name = `Folder ${number}`;
      first.set(name, (await mailbox.ensureFolder([name], null)).folderId);
    }
    const again = await exchange.open();
    for (const [name, folderId] of first) {
      expect((await again.ensureFolder([name], null)).folderId).toBe(folderId);
    }
    expect((await again.ensureFolder(['FOLDER 3'], null)).folderId).toBe(first.get('Folder 3'));
  });

  it('merges names that differ only in letter case, and says so', async () => {
    const upper = await mailbox.ensureFolder(['WORK'], null);
    const lower = await mailbox.ensureFolder(['Work', 'x'], null);
    expect(lower.targetPath).toBe('WORK/x');
    expect(lower.repairs).toEqual(['folderNameCaseMerged']);
    expect((await mailbox.ensureFolder(['Work'], null)).folderId).toBe(upper.folderId);
  });

  it('keeps folders apart whose repaired names would be the same', async () => {
    const plain = await mailbox.ensureFolder(['Customers'], null);
    const spaced = await mailbox.ensureFolder(['Customers '], null);
    expect(plain.repairs).toEqual([]);
    expect(spaced.targetPath).toBe('Customers (2)');
    expect(spaced.repairs).toEqual(['folderNameTrimmed', 'folderNameNumbered']);
    const long = await mailbox.ensureFolder([`${'x'.repeat(300)}1`], null);
    const other = await mailbox.ensureFolder([`${'x'.repeat(300)}2`], null);
    expect(long.targetPath).toHaveLength(255);
    expect(other.targetPath).toHaveLength(255);
    expect(other.folderId).not.toBe(long.folderId);
  });

  it('merges with a folder that the mailbox shows under the same name, but never with the outbox', async () => {
    expect((await mailbox.ensureFolder(['sent items'], null)).targetPath).toBe('Sent Items');
    const outbox = await mailbox.ensureFolder(['Outbox'], null);
    expect(outbox.targetPath).toBe('Outbox (2)');
    expect((await mailbox.ensureFolder(['Clutter'], null)).targetPath).toBe('Clutter (2)');
  });

  it('numbers a name that something unlisted holds, such as Contacts', async () => {
    await exchange.fault({
      method: 'POST',
      path: '/mailFolders/[^/]+/childFolders$',
      status: 409,
      code: 'ErrorFolderExists',
    });
    const contacts = await mailbox.ensureFolder(['Contacts'], null);
    expect(contacts).toMatchObject({ targetPath: 'Contacts (2)', repairs: ['folderNameNumbered'] });
  });

  it('uses the folder of a rival that was quicker', async () => {
    await mailbox.ensureFolder(['A'], null);
    const rival = await (await exchange.open()).ensureFolder(['B'], null);
    expect(await mailbox.ensureFolder(['B'], null)).toEqual(rival);
  });

  it('makes many at once without a double', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => ['Same', `Folder ${index % 4}`]);
    const found = await Promise.all(paths.map((path) => mailbox.ensureFolder(path, null)));
    expect(new Set(found.map((each) => each.folderId)).size).toBe(4);
  });

  it('tries a name without doubtful signs when Exchange refuses it', async () => {
    await exchange.fault({
      method: 'POST',
      path: '/mailFolders/[^/]+/childFolders$',
      status: 400,
      code: 'ErrorInvalidParameter',
    });
    const ensured = await mailbox.ensureFolder(['a/b*c'], null);
    expect(ensured).toMatchObject({ targetPath: 'a_b_c', repairs: ['folderNameCharactersReplaced'] });
  });

  it('says which folder cannot be made', async () => {
    await exchange.fault({
      method: 'POST',
      path: '/mailFolders/[^/]+/childFolders$',
      status: 400,
      code: 'ErrorInvalidParameter',
    });
    const error = await errorOf(mailbox.ensureFolder(['Plain'], null));
    expect(error).toMatchObject({ code: 'targetFolderRefused', scope: 'folder' });
    expect(error.message).toMatch(/Plain.*ErrorInvalidParameter.*rename it/);
  });

  it('looks up anew when a folder on the way was deleted meanwhile', async () => {
    const parent = await mailbox.ensureFolder(['Parent'], null);
    await exchange.graph('DELETE', `/mailFolders/${parent.folderId}`);
    expect((await mailbox.ensureFolder(['Parent', 'Child'], null)).targetPath).toBe('Parent/Child');
  });

  it('makes a folder once although the answer was lost', async () => {
    await exchange.fault({ method: 'POST', path: '/mailFolders/[^/]+/childFolders$', drop: 'after' });
    expect((await mailbox.ensureFolder(['Lost'], null)).targetPath).toBe('Lost');
  });
});
