import { emulatedMessage, ImapEmulator, type ImapEmulatorOptions } from '@sterna/imap-emulator';
import { ImapSession } from '@sterna/imap';
import { afterEach, describe, expect, it } from 'vitest';
import { type SourceSurvey, type SurveyRules, SurveyRun } from './source-survey.js';
import { logger } from './testing/test-checks.js';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const all: SurveyRules = {
  ...{ excludeFolders: [], includeFolders: [], receivedFrom: null, receivedTo: null },
  ...{ largeItemLimitBytes: 36_700_160, maxItems: 500_000, copyPerLabel: false, folderMapping: [] },
};
const capabilities = ['IMAP4rev1', 'LIST-STATUS'];

async function survey(options: ImapEmulatorOptions, rules: Partial<SurveyRules> = {}, timeMs = 60_000) {
  const source = await ImapEmulator.start({ capabilities, ...options });
  cleanUps.push(() => source.stop());
  const session = await ImapSession.open({
    server: {
      ...{
        remoteServer: '127.0.0.1',
        port: source.port,
        security: 'None',
        acceptUntrustedCertificates: false,
      },
      caCertificate: null,
    },
    login: { userName: 'terry', password: 'x' },
    userRoot: '',
    logger,
  });
  cleanUps.push(() => session.close());
  const found = await new SurveyRun(session, { ...all, ...rules }, performance.now() + timeMs).run();
  return { source, found };
}

const message = (uid: number, change: Partial<Parameters<typeof emulatedMessage>[1]> = {}) =>
  emulatedMessage(uid, { statedBytes: 1_000, ...change });
const summary = ({ tally, folders }: SourceSurvey) => ({
  messages: tally.messages,
  bytes: tally.bytes,
  folders: folders.map(({ path, messages }) => [path.join('/'), messages]),
});

describe('the survey of a source', () => {
  it('counts what will be migrated, and of the rest why not, without reading a message', async () => {
    const { source, found } = await survey(
      {
        folders: [
          { name: 'Spam', attributes: ['\\Junk'], messages: [message(1), message(2)] },
          { name: 'Old', messages: [message(1, { internalDate: new Date('2001-01-01T00:00:00Z') })] },
          {
            name: 'INBOX',
            messages: [message(1), message(2, { flags: ['\\deleted'] }), message(3, { statedBytes: 50_000 })],
          },
          { name: 'Parent', attributes: ['\\Noselect'], messages: [] },
        ],
      },
      {
        ...{ excludeFolders: ['#JunkEmail#'], receivedFrom: new Date('2010-01-01T00:00:00Z') },
        largeItemLimitBytes: 20_000,
      },
    );
    expect(summary(found)).toEqual({
      ...{ messages: 1, bytes: 1_000 },
      folders: [
        ['INBOX', 1],
        ['Old', 0],
      ],
    });
    expect(found.tally.leftOut).toEqual({
      ...{ folderExcluded: 2, markedDeleted: 1, contentFilter: 1, tooLarge: 1, tooManyItems: 0 },
    });
    expect(found).toMatchObject({ excludedFolders: 1, sizesFrom: 'messages', bytesPerDay: null });
    const fetches = source.commands.filter(({ name }) => name.endsWith('FETCH'));
    expect(fetches.map(({ text }) => text).join(' ')).not.toMatch(/BODY|HEADER|RFC822[^.]/i);
    expect(source.commands.map(({ name }) => name)).not.toContain('SELECT');
  });

  it('lets the limit of items take the newest messages of the first folders, as the reader does', async () => {
    const sizes = (first: number) => [1, 2, 3].map((n) => message(n, { statedBytes: first * 10 ** n }));
    const { found } = await survey(
      {
        folders: [
          { name: 'Trash', attributes: ['\\Trash'], messages: sizes(3) },
          { name: 'Projects', messages: sizes(2) },
          { name: 'INBOX', messages: sizes(1) },
        ],
      },
      { maxItems: 5 },
    );
    expect(summary(found)).toEqual({
      ...{ messages: 5, bytes: 10 + 100 + 1_000 + 200 + 2_000 },
      folders: [
        ['INBOX', 3],
        ['Projects', 2],
        ['Trash', 0],
      ],
    });
    expect(found.tally.leftOut.tooManyItems).toBe(4);
  });

  it.each([
    [['STATUS=SIZE'], 'folders', (contentBytes: number) => contentBytes],
    [[], 'estimate', () => 2 * 75_000],
  ] as const)('takes what the server adds up when there is no time: %j', async (more, sizesFrom, bytesOf) => {
    const content = [emulatedMessage(1), emulatedMessage(2)];
    const { source, found } = await survey(
      { capabilities: [...capabilities, ...more], folders: [{ name: 'INBOX', messages: content }] },
      {},
      -1,
    );
    const contentBytes = content.reduce((sum, one) => sum + one.content.length, 0);
    expect(found.sizesFrom).toBe(sizesFrom);
    expect(summary(found)).toEqual({ messages: 2, bytes: bytesOf(contentBytes), folders: [['INBOX', 2]] });
    expect(source.commands.map(({ name }) => name)).not.toContain('EXAMINE');
  });

  it('names folders that cannot be opened, and counts the others', async () => {
    const { found } = await survey({
      folders: [
        { name: 'INBOX', messages: [message(1)] },
        { name: 'Broken', messages: [message(1)] },
      ],
      react: ({ name, text }) =>
        name === 'EXAMINE' && text.includes('Broken')
          ? { kind: 'say', text: '{tag} NO [NOPERM] no\r\n' }
          : null,
    });
    expect(found.unreadable).toEqual(['Broken']);
    expect(found.tally.messages).toBe(1);
  });

  it('counts a message of Gmail once, and knows what Gmail gives in a day', async () => {
    const gmail = (messageId: string) => ({ gmail: { messageId, labels: [] } });
    const folders = [
      {
        name: '[Gmail]/All Mail',
        attributes: ['\\All'],
        messages: [message(1, gmail('7')), message(2, gmail('8'))],
      },
      { name: 'INBOX', messages: [message(1, gmail('7'))] },
      { name: 'Label', messages: [message(1, gmail('7'))] },
    ];
    const options = { capabilities: [...capabilities, 'X-GM-EXT-1'], folders };
    const { found } = await survey(options);
    expect(summary(found).messages).toBe(2);
    expect(found.tally.repeated).toBe(2);
    expect(found.bytesPerDay).toBe(2_500_000_000);
    const copies = await survey(options, { copyPerLabel: true });
    expect(summary(copies.found).messages).toBe(3);
  });
});
