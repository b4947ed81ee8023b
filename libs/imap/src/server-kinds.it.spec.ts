import { emulatedMessage, ImapEmulator, type ImapEmulatorOptions } from '@sterna/imap-emulator';
import { createLogger } from '@sterna/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { ImapSession } from './imap-session.js';

const logger = createLogger({ service: 'test', level: 'fatal' });
let emulator: ImapEmulator | null = null;
afterEach(() => emulator?.stop());

/** A kind of server: what it says of itself, and its folders as `attributes name` on the wire. */
interface ServerKind extends Omit<ImapEmulatorOptions, 'folders'> {
  folders: readonly string[];
  /** Path with slashes, and the special use after a colon. */
  expected: readonly string[];
}

/** As their documentation and recorded answers show them. */
const kinds: Record<string, ServerKind> = {
  Yahoo: {
    capabilities: ['IMAP4rev1', 'ID', 'MOVE', 'NAMESPACE', 'UIDPLUS', 'LITERAL+', 'CHILDREN', 'OBJECTID'],
    namespaces: '(("" "/")) NIL NIL',
    folders: [
      '\\HasNoChildren Inbox',
      '\\Junk Bulk',
      '\\Archive Archive',
      '\\Drafts Draft',
      '\\Sent Sent',
      'a/b',
    ],
    expected: ['INBOX:inbox', 'Bulk:junk', 'Archive:archive', 'Draft:drafts', 'Sent:sent', 'a/b'],
  },
  iCloud: {
    capabilities: ['IMAP4rev1', 'NAMESPACE', 'LITERAL+', 'ESEARCH', 'CONDSTORE', 'QRESYNC', 'AUTH=PLAIN'],
    namespaces: '(("" "/")) NIL NIL',
    folders: ['\\Noinferiors INBOX', 'Deleted Messages', 'Sent Messages', 'Junk', 'Notes', 'Drafts'],
    expected: [
      'INBOX:inbox',
      'Deleted Messages:trash',
      'Sent Messages:sent',
      'Junk:junk',
      'Notes',
      'Drafts:drafts',
    ],
  },
  Zimbra: {
    capabilities: [
      'IMAP4rev1',
      'ACL',
      'BINARY',
      'CHILDREN',
      'CONDSTORE',
      'ESEARCH',
      'LIST-EXTENDED',
      'NAMESPACE',
    ],
    namespaces: '(("" "/")) (("/home/" "/")) NIL',
    folders: ['INBOX', 'Sent', 'Trash', 'Chats', '\\Noselect /home/ann', '/home/ann/Inbox', 'Work/2019'],
    expected: ['INBOX:inbox', 'Sent:sent', 'Trash:trash', 'Chats', 'Work/2019'],
  },
  Domino: {
    capabilities: ['IMAP4rev1', 'AUTH=PLAIN', 'LITERAL+', 'NAMESPACE', 'QUOTA', 'UIDPLUS'],
    delimiter: '\\',
    namespaces: '(("" "\\\\")) (("Other Users\\\\" "\\\\")) (("Public Folders\\\\" "\\\\"))',
    folders: [
      'INBOX',
      'Sent',
      'Drafts',
      'Projects\\2019',
      'Projects\\2019\\a/b',
      'Other Users\\Ann',
      'Public Folders\\x',
    ],
    expected: ['INBOX:inbox', 'Sent:sent', 'Drafts:drafts', 'Projects/2019', 'Projects/2019/a_b'],
  },
  hMailServer: {
    capabilities: [
      'IMAP4',
      'IMAP4rev1',
      'CHILDREN',
      'IDLE',
      'QUOTA',
      'SORT',
      'ACL',
      'NAMESPACE',
      'RIGHTS=texk',
    ],
    delimiter: '.',
    namespaces: '(("" ".")) NIL (("#Public" "."))',
    folders: [
      'INBOX',
      'Sent Items',
      'Deleted Items',
      'Kunden.M&APw-ller',
      '\\Noselect #Public',
      '#Public.News',
    ],
    expected: ['INBOX:inbox', 'Sent Items:sent', 'Deleted Items:trash', 'Kunden/Müller'],
  },
  Exchange: {
    capabilities: [
      'IMAP4',
      'IMAP4rev1',
      'AUTH=NTLM',
      'AUTH=PLAIN',
      'UIDPLUS',
      'CHILDREN',
      'IDLE',
      'NAMESPACE',
      'LITERAL+',
    ],
    namespaces: '(("" "/")) NIL NIL',
    folders: ['INBOX', 'Deleted Items', 'Sent Items', 'Junk E-mail', 'Drafts', 'Outbox', 'Entw&APw-rfe/alt'],
    expected: [
      'INBOX:inbox',
      'Deleted Items:trash',
      'Sent Items:sent',
      'Junk E-mail:junk',
      'Drafts:drafts',
      'Outbox',
      'Entwürfe/alt',
    ],
  },
  'old Gmail with XLIST': {
    capabilities: ['IMAP4rev1', 'UNSELECT', 'IDLE', 'NAMESPACE', 'QUOTA', 'XLIST', 'CHILDREN', 'X-GM-EXT-1'],
    folders: [
      '\\Inbox Inbox',
      '\\Noselect [Gmail]',
      '\\AllMail [Gmail]/Alle Nachrichten',
      '\\Spam [Gmail]/Spam',
      '\\Starred [Gmail]/Markiert',
    ],
    expected: [
      'INBOX:inbox',
      '[Gmail]',
      '[Gmail]/Alle Nachrichten:all',
      '[Gmail]/Spam:junk',
      '[Gmail]/Markiert:flagged',
    ],
  },
  'a server without hierarchy': {
    delimiter: null,
    namespaces: 'NIL NIL NIL',
    folders: ['INBOX', 'a.b/c\\d', 'Sent'],
    expected: ['INBOX:inbox', 'a.b_c\\d', 'Sent:sent'],
  },
  'a server with an INBOX below INBOX': {
    capabilities: ['IMAP4rev1', 'NAMESPACE'],
    delimiter: '.',
    namespaces: '(("INBOX." ".")) NIL NIL',
    folders: ['INBOX.INBOX', 'INBOX', 'INBOX.Sent', 'INBOX.Projects'],
    expected: ['INBOX:inbox', 'INBOX/INBOX', 'Sent:sent', 'Projects'],
  },
  'a server with UTF-8 (RFC 9755)': {
    capabilities: ['IMAP4rev1', 'ENABLE', 'UTF8=ACCEPT'],
    folders: [
      'INBOX',
      `Entw\u00c3\u00bcrfe`,
      'R&D',
      'Entw&APw-rfe',
      '\u00e6\u0097\u00a5\u00e6\u009c\u00ac/x',
    ],
    expected: ['INBOX:inbox', 'Entwürfe:drafts', 'R&D', 'Entw&APw-rfe', '日本/x'],
  },
  'a server with IMAP4rev2': {
    capabilities: ['IMAP4rev1', 'IMAP4rev2', 'AUTH=PLAIN'],
    folders: ['INBOX', '\\Sent Skickat', `Entw\u00c3\u00bcrfe`, '\\NonExistent gone', 'a/b'],
    expected: ['INBOX:inbox', 'Skickat:sent', 'Entwürfe:drafts', 'gone', 'a/b'],
  },
  'a server that names folders in UTF-8 as they are': {
    folders: ['INBOX', `Entw\u00c3\u00bcrfe`, 'R&D', '&', 'a &- b'],
    expected: ['INBOX:inbox', 'Entwürfe:drafts', 'R&D', '&', 'a & b'],
  },
};

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  it('shows its own folders by their names and uses, and all of them can be opened', async () => {
    const { folders: lines, expected, ...options } = kind;
    const folders = lines.map((line, index) => {
      const [, attribute, name] = /^(?:(\\\w+) )?(.*)$/s.exec(line) ?? [];
      const messages = [emulatedMessage(index + 1)];
      return {
        name: name ?? '',
        attributes: attribute === undefined ? [] : [attribute],
        uidValidity: index + 1,
        messages,
      };
    });
    const started = (emulator = await ImapEmulator.start({ ...options, folders }));
    const server = {
      remoteServer: '127.0.0.1',
      port: started.port,
      security: 'None',
      acceptUntrustedCertificates: false,
      caCertificate: null,
    } as const;
    const login = { userName: 'terry', password: 'x' };
    const session = await ImapSession.open({ server, login, userRoot: '', logger });
    const listed = await session.listFolders();
    const shown = listed.map(({ path, specialUse }) => {
      const name = path.map((segment) => segment.replaceAll('/', '_')).join('/');
      return specialUse === null ? name : `${name}:${specialUse}`;
    });
    expect(shown.sort()).toEqual([...expected].sort());
    for (const { rawName, isSelectable } of listed) {
      if (!isSelectable) continue;
      const { exists } = await session.openFolder(rawName);
      expect(exists).toBe(1);
      const [uid = 0] = await session.searchUids();
      const facts = await Array.fromAsync(session.fetchFacts([uid]));
      const contents = await Array.fromAsync(session.fetchContents(facts, 10_000));
      expect(contents).toMatchObject([{ kind: 'whole' }]);
    }
    await session.close();
  });
});
