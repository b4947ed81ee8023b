import type { ImapFlow, ListOptions, ListResponse } from 'imapflow';
import { decodeName } from './wire-name.js';

/** A namespace of RFC 2342: names in it begin with its prefix, which ends with the delimiter. */
export interface Namespace {
  prefix: string;
  delimiter: string;
}

/** What belongs to the account itself, and what others let it see. */
export interface SourceNamespaces {
  personal: Namespace;
  foreign: Namespace[];
  /** Whether names without any prefix are shared ones, as at a Cyrus whose users have theirs below `INBOX.`. */
  isRootShared: boolean;
}

/**
 * Reads the namespaces that the server told after the login, and has imapflow take names as they are from then on: it
 * would put the personal prefix (`INBOX.` of Courier and Cyrus) before every name that lacks it, those of other
 * people's folders among them.
 */
export function takeNamespaces(client: ImapFlow): SourceNamespaces {
  const personal = spaceOf(client.namespace);
  const { other, shared } = client.namespaces ?? { other: false, shared: false };
  const foreign = [...(other === false ? [] : other), ...(shared === false ? [] : shared)].map(spaceOf);
  client.namespace = { prefix: '', delimiter: personal.delimiter };
  const isRootShared = personal.prefix !== '' && foreign.some(({ prefix }) => prefix === '');
  return {
    personal,
    foreign: foreign.filter(({ prefix }) => prefix !== '' && prefix !== personal.prefix),
    isRootShared,
  };
}

function spaceOf(
  namespace: { prefix?: string | undefined; delimiter?: string | undefined | null } | undefined,
): Namespace {
  return { prefix: namespace?.prefix ?? '', delimiter: namespace?.delimiter ?? '' };
}

/** imapflow's own list() asks for all names; this is what it does that with. */
interface Lister {
  run(command: 'LIST', reference: string, pattern: string, options: ListOptions): Promise<ListResponse[]>;
}

function isLister(client: object): client is Lister {
  return 'run' in client && typeof client.run === 'function';
}

/** LIST "" pattern; `path` is the whole name for people, `pathAsListed` the one for the server. */
export async function listNames(
  client: ImapFlow,
  pattern: string,
  options: ListOptions,
): Promise<ListResponse[]> {
  if (!isLister(client)) throw new Error('imapflow has no run() any more');
  const listing = await client.run('LIST', '', pattern, options);
  // imapflow takes a leading delimiter away, and decodes what was never encoded
  return listing.map((entry) => ({ ...entry, path: shownName(client, entry) }));
}

/** `INBOX` of XLIST has a name in the owner's language; its letter case means nothing. */
function shownName(client: ImapFlow, { path, pathAsListed }: ListResponse): string {
  return path === 'INBOX' ? path : decodeName(client, pathAsListed);
}

/** imapflow lists each folder again before it opens one that its own list() did not show. */
export function rememberNames(client: ImapFlow, listing: readonly ListResponse[]): void {
  const owner: object = client;
  if (!('folders' in owner) || !(owner.folders instanceof Map)) return;
  for (const entry of listing) owner.folders.set(entry.path, entry);
}

/**
 * The names under which a server may show the folder of a UserRoot. Where the delimiter is part of a person's name,
 * Courier shows a space in its place ("terry adams" for terry.adams) and Cyrus a "^"; others an underscore.
 */
export function rootNames(root: readonly string[], { prefix, delimiter }: Namespace): string[] {
  const spellings = [' ', '^', '_', delimiter].map((sign) =>
    root.map((segment) => (delimiter === '' ? segment : segment.replaceAll(delimiter, sign))).join(delimiter),
  );
  return [...new Set(spellings)].map((name) => `${prefix}${name}`);
}

/** Whether a name is that of a folder or lies below it. */
export function isWithin(name: string, folder: string, delimiter: string): boolean {
  return name === folder || (delimiter !== '' && name.startsWith(`${folder}${delimiter}`));
}
