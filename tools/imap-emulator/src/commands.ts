import { type ReceivedCommand, textOf, uidsOfSet } from './command-line.js';
import { fetchResponse, itemsOf } from './fetch.js';
import { listFolders, nameOf, statusOf } from './folder-answers.js';
import type { EmulatedLogin, ImapEmulator } from './imap-emulator.js';
import { type EmulatedFolder, uidNextOf, uidValidityOf } from './mailbox.js';

/** What a connection has come to. */
export interface Standing {
  readonly emulator: ImapEmulator;
  login: EmulatedLogin | null;
  selected: EmulatedFolder | null;
}

export interface Answer {
  text: string | Buffer;
  then?: 'close' | 'startTls';
}

type Handler = (command: ReceivedCommand, standing: Standing) => Answer;

/** Obeys a command as RFC 3501 asks. `login` is what an AUTHENTICATE brought. */
export function obey(command: ReceivedCommand, standing: Standing, login?: EmulatedLogin): Answer {
  if (login !== undefined) return letIn(command, standing, login);
  const handler = handlers[command.name];
  if (handler === undefined) return { text: `${command.tag} BAD unknown command ${command.name}\r\n` };
  return handler(command, standing);
}

const ok = ({ tag, name }: ReceivedCommand, untagged = '', code = ''): Answer => ({
  text: `${untagged}${tag} OK ${code}${name} done\r\n`,
});

function letIn(command: ReceivedCommand, standing: Standing, login: EmulatedLogin): Answer {
  const { emulator } = standing;
  emulator.logins.push(login);
  const refusal = emulator.options.logIn?.(login) ?? null;
  if (refusal !== null) return { text: `${command.tag} NO ${refusal}\r\n` };
  standing.login = login;
  return ok(command);
}

/** The folders that this connection sees. */
export function foldersOf({ emulator, login }: Standing): EmulatedFolder[] {
  const { foldersOf: ofLogin, folders } = emulator.options;
  return (login === null ? undefined : ofLogin?.(login)) ?? folders ?? [];
}

const findFolder = (standing: Standing, name: string): EmulatedFolder | undefined =>
  foldersOf(standing).find((folder) => nameOf(folder) === nameOf({ name }));

const select: Handler = (command, standing) => {
  const folder = findFolder(standing, textOf(command.arguments[0]));
  standing.selected = folder ?? null;
  if (folder === undefined || folder.attributes?.includes('\\Noselect') === true) {
    standing.selected = null;
    return { text: `${command.tag} NO [NONEXISTENT] there is no such folder\r\n` };
  }
  const lines = [
    `* ${folder.messages.length} EXISTS`,
    '* 0 RECENT',
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
    `* OK [UIDVALIDITY ${uidValidityOf(folder)}] valid`,
    `* OK [UIDNEXT ${uidNextOf(folder)}] next`,
  ];
  return ok(command, lines.map((line) => `${line}\r\n`).join(''), '[READ-ONLY] ');
};

/** The messages that a sequence set of UIDs or of numbers names, with their numbers. */
function messagesOf(folder: EmulatedFolder, set: string, isByUid: boolean) {
  const numbered = folder.messages.map((message, index) => ({ message, number: index + 1 }));
  const keyOf = ({ message, number }: (typeof numbered)[number]): number => (isByUid ? message.uid : number);
  const wanted = new Set(uidsOfSet(set, numbered.map(keyOf)));
  return numbered.filter((one) => wanted.has(keyOf(one)));
}

const fetch: Handler = (command, { selected }) => {
  if (selected === null) return { text: `${command.tag} BAD no folder is selected\r\n` };
  const isByUid = command.name === 'UID FETCH';
  const items = itemsOf(command.arguments[1]);
  const found = messagesOf(selected, textOf(command.arguments[0]), isByUid);
  const all = isByUid && !items.includes('UID') ? ['UID', ...items] : items;
  const responses = found.map(({ message, number }) => fetchResponse(number, message, all));
  return { text: Buffer.concat([...responses, Buffer.from(`${command.tag} OK fetched\r\n`)]) };
};

/** Knows ALL, UID and sequence sets; everything else of RFC 3501 section 6.4.4 finds nothing. */
const search: Handler = (command, { selected }) => {
  if (selected === null) return { text: `${command.tag} BAD no folder is selected\r\n` };
  const words = command.arguments.map(textOf);
  const uidAt = words.findIndex((word) => word.toUpperCase() === 'UID');
  const set = uidAt === -1 ? (words[0] ?? 'ALL') : (words[uidAt + 1] ?? '');
  const isAll = set.toUpperCase() === 'ALL';
  const found = isAll ? messagesOf(selected, '1:*', true) : messagesOf(selected, set, uidAt !== -1);
  const numbers = found.map(({ message, number }) => (command.name === 'UID SEARCH' ? message.uid : number));
  return ok(command, `* SEARCH${numbers.map((number) => ` ${number}`).join('')}\r\n`);
};

const handlers: Record<string, Handler> = {
  CAPABILITY: (command, { emulator, login }) => {
    const { capabilities = ['IMAP4rev1'], capabilitiesInside } = emulator.options;
    const told = login === null ? capabilities : (capabilitiesInside ?? capabilities);
    return ok(command, `* CAPABILITY ${told.join(' ')}\r\n`);
  },
  LOGIN: (command, standing) => {
    const [userName = '', password = ''] = command.arguments.map((one) =>
      Buffer.isBuffer(one) ? one.toString('utf8') : '',
    );
    return letIn(command, standing, { mechanism: 'LOGIN', userName, password, authorizeAs: '' });
  },
  STARTTLS: (command, { emulator }) =>
    emulator.options.capabilities?.includes('STARTTLS') === true
      ? { ...ok(command), then: 'startTls' }
      : { text: `${command.tag} BAD there is no STARTTLS\r\n` },
  LOGOUT: (command) => ({ ...ok(command, '* BYE until next time\r\n'), then: 'close' }),
  NOOP: (command) => ok(command),
  ID: (command) => ok(command, '* ID NIL\r\n'),
  ENABLE: (command, { emulator }) => {
    const known = new Set(emulator.options.capabilitiesInside ?? emulator.options.capabilities ?? []);
    const enabled = command.arguments.map(textOf).filter((name) => known.has(name));
    return ok(command, `* ENABLED${enabled.map((name) => ` ${name}`).join('')}\r\n`);
  },
  CLOSE: (command) => ok(command),
  UNSELECT: (command) => ok(command),
  NAMESPACE: (command, { emulator }) => {
    const { namespaces, delimiter } = emulator.options;
    const own = delimiter === null ? 'NIL' : `"${delimiter ?? '/'}"`;
    return ok(command, `* NAMESPACE ${namespaces ?? `(("" ${own})) NIL NIL`}\r\n`);
  },
  LIST: (command, standing) => ok(command, listFolders(command, standing, foldersOf(standing))),
  XLIST: (command, standing) => ok(command, listFolders(command, standing, foldersOf(standing))),
  LSUB: (command, standing) => ok(command, listFolders(command, standing, foldersOf(standing))),
  STATUS: (command, standing) => {
    const folder = findFolder(standing, textOf(command.arguments[0]));
    if (folder === undefined) return { text: `${command.tag} NO [NONEXISTENT] there is no such folder\r\n` };
    return ok(command, statusOf(folder, itemsOf(command.arguments[1])));
  },
  SELECT: select,
  EXAMINE: select,
  FETCH: fetch,
  'UID FETCH': fetch,
  SEARCH: search,
  'UID SEARCH': search,
};
