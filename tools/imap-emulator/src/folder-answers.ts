import { type Argument, type ReceivedCommand, textOf } from './command-line.js';
import type { Standing } from './commands.js';
import { itemsOf } from './fetch.js';
import { type EmulatedFolder, uidNextOf, uidValidityOf } from './mailbox.js';

/** INBOX is the same in any letter case (RFC 9051 section 5.1). */
export function nameOf({ name }: Pick<EmulatedFolder, 'name'>): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}

/** The lines of LIST, XLIST or LSUB, with STATUS where the command asks for it (RFC 5819). */
export function listFolders(
  command: ReceivedCommand,
  { emulator }: Standing,
  folders: readonly EmulatedFolder[],
): string {
  const [reference, pattern, returns, options] = command.arguments;
  const delimiter = emulator.options.delimiter === undefined ? '/' : emulator.options.delimiter;
  const expression = expressionOf(`${textOf(reference)}${textOf(pattern)}`, delimiter);
  const shown = delimiter === null ? 'NIL' : quoted(delimiter);
  const items = textOf(returns).toUpperCase() === 'RETURN' ? statusItemsOf(options) : null;
  return folders
    .filter((folder) => expression.test(nameOf(folder)))
    .flatMap((folder) => {
      const attributes = folder.attributes ?? [];
      const line = `* ${command.name} (${attributes.join(' ')}) ${shown} ${astring(folder.name)}\r\n`;
      const hasStatus = items !== null && !attributes.includes('\\Noselect');
      return hasStatus ? [line, statusOf(folder, items)] : [line];
    })
    .join('');
}

function statusItemsOf(options: Argument | undefined): string[] | null {
  if (options === undefined || Buffer.isBuffer(options)) return null;
  const at = options.findIndex((option) => textOf(option).toUpperCase() === 'STATUS');
  return at === -1 ? null : itemsOf(options[at + 1]);
}

/** A STATUS response (RFC 9051 section 7.3.4). */
export function statusOf(folder: EmulatedFolder, items: readonly string[]): string {
  const values = items.flatMap((item) => {
    const value = {
      MESSAGES: String(folder.messages.length),
      RECENT: '0',
      UNSEEN: '0',
      UIDNEXT: String(uidNextOf(folder)),
      UIDVALIDITY: String(uidValidityOf(folder)),
      SIZE: String(folder.messages.reduce((sum, { content }) => sum + content.length, 0)),
      MAILBOXID: `(${folder.mailboxId ?? `F${uidValidityOf(folder)}`})`,
      HIGHESTMODSEQ: '1',
    }[item.toUpperCase()];
    return value === undefined ? [] : [`${item.toUpperCase()} ${value}`];
  });
  return `* STATUS ${astring(folder.name)} (${values.join(' ')})\r\n`;
}

/** A name as a quoted string, or as a literal where it has what a quoted string may not have. */
function astring(name: string): string {
  return /[\r\n\0]/.test(name) ? `{${Buffer.byteLength(name, 'latin1')}}\r\n${name}` : quoted(name);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** `*` stands for anything, `%` for anything within a level. */
function expressionOf(pattern: string, delimiter: string | null): RegExp {
  const level = delimiter === null ? '.*' : `[^\\${delimiter}]*`;
  const escaped = pattern.replace(/[.+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('%', level)}$`, 's');
}
