import { chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createLogger } from '@sterna/platform';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SourceServer } from './imap-connection.js';
import { ImapSession } from './imap-session.js';

const courier = z
  .object({ host: z.string(), port: z.number(), mailRoot: z.string() })
  .parse(JSON.parse(process.env['STERNA_TEST_COURIER'] ?? 'null'));
const server: SourceServer = {
  remoteServer: courier.host,
  port: courier.port,
  security: 'None',
  acceptUntrustedCertificates: false,
  caCertificate: null,
};
const password = 'P@ssw0rd "quoted\\"';
const logger = createLogger({ service: 'test', level: 'fatal' });
const maildir = path.join(courier.mailRoot, 'ann.beebe', 'Maildir');

let session: ImapSession | null = null;
afterEach(async () => {
  await session?.close();
  session = null;
});

async function open(userName: string, userRoot = ''): Promise<ImapSession> {
  session = await ImapSession.open({ server, login: { userName, password }, userRoot, logger });
  return session;
}

const pathsOf = async (opened: ImapSession) =>
  (await opened.listFolders()).map(({ path: names }) => names.join('/')).sort();

beforeAll(() => {
  const acl = 'owner aceilrstwx\nuser=mailadmin lrs\n';
  for (const folder of ['', '.Projects', '.Projects.2015', '.Sent']) {
    for (const part of ['cur', 'new', 'tmp'])
      mkdirSync(path.join(maildir, folder, part), { recursive: true });
    writeFileSync(path.join(maildir, folder, 'courierimapacl'), acl);
    if (folder !== '') writeFileSync(path.join(maildir, folder, 'maildirfolder'), '');
  }
  const message = 'Message-ID: <1@courier>\nSubject: one\n\nhello\n';
  writeFileSync(path.join(maildir, '.Projects', 'cur', '1700000000.1.host:2,S'), message, { mode: 0o644 });
  // Courier keeps its UIDs beside the mail
  const { uid, gid } = statSync(maildir);
  for (const entry of readdirSync(maildir, { recursive: true, encoding: 'utf8' })) {
    chownSync(path.join(maildir, entry), uid, gid);
  }
});

describe('Courier', () => {
  it('has folders beside INBOX although their names begin with it', async () => {
    const opened = await open('ann.beebe');
    expect(await pathsOf(opened)).toEqual(['INBOX', 'Projects', 'Projects/2015', 'Sent']);
    expect((await opened.listFolders()).find(({ path: [name] }) => name === 'Sent')?.specialUse).toBe('sent');
  });

  it("shows the administrator a person's mailbox below UserRoot, the dot in the name a space", async () => {
    const opened = await open('mailadmin', '/users/ann.beebe');
    const folders = await opened.listFolders();
    expect(folders.map(({ path: names }) => names.join('/')).sort()).toEqual([
      'INBOX',
      'Projects',
      'Projects/2015',
      'Sent',
    ]);
    const projects = folders.find(({ path: names }) => names.join('/') === 'Projects');
    expect(projects?.rawName).toBe('#shared.users.ann beebe.Projects');
    await opened.openFolder(projects?.rawName ?? '');
    const uids = await opened.searchUids();
    const facts = await Array.fromAsync(opened.fetchFacts(uids));
    expect(facts.map(({ subject }) => subject)).toEqual(['one']);
  });

  it('keeps what others share out of the administrator’s own mailbox', async () => {
    expect(await pathsOf(await open('mailadmin'))).toEqual(['INBOX']);
  });

  it('names what there is when UserRoot does not exist', async () => {
    const opened = await open('mailadmin', '/users/nobody');
    await expect(opened.listFolders()).rejects.toMatchObject({ code: 'sourceRootMissing' });
    await expect(opened.listFolders()).rejects.toThrow('#shared.users.ann beebe');
  });
});
