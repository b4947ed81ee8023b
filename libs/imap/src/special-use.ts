import type { SpecialUse } from '@sterna/domain';

const byAttribute: Record<string, SpecialUse> = {
  '\\inbox': 'inbox',
  '\\sent': 'sent',
  '\\drafts': 'drafts',
  '\\trash': 'trash',
  '\\junk': 'junk',
  '\\archive': 'archive',
  '\\all': 'all',
  '\\flagged': 'flagged',
  '\\important': 'important',
  // of XLIST, Gmail's predecessor of RFC 6154
  '\\allmail': 'all',
  '\\spam': 'junk',
  '\\starred': 'flagged',
};

/** Names that mail clients give their folders, in the languages that we know of. */
const names: Partial<Record<SpecialUse, readonly string[]>> = {
  sent: [
    'sent',
    'sent items',
    'sent messages',
    'sent mail',
    'gesendet',
    'gesendete objekte',
    'gesendete elemente',
    'envoyés',
    'éléments envoyés',
    'messages envoyés',
    'enviados',
    'elementos enviados',
    'posta inviata',
    'inviati',
    'skickat',
    'skickade objekt',
    'verzonden',
    'verzonden items',
    'itens enviados',
    'elementy wysłane',
    'wysłane',
    'отправленные',
    'sendt',
    'sendt post',
    'lähetetyt',
    'odeslaná pošta',
  ],
  drafts: [
    'drafts',
    'draft',
    'entwürfe',
    'brouillons',
    'borradores',
    'bozze',
    'utkast',
    'concepten',
    'rascunhos',
    'kopie robocze',
    'wersje robocze',
    'черновики',
    'kladder',
    'luonnokset',
    'koncepty',
  ],
  trash: [
    'trash',
    'deleted items',
    'deleted messages',
    'papierkorb',
    'gelöschte objekte',
    'gelöschte elemente',
    'corbeille',
    'éléments supprimés',
    'papelera',
    'elementos eliminados',
    'cestino',
    'posta eliminata',
    'papperskorgen',
    'borttaget',
    'prullenbak',
    'verwijderde items',
    'lixo',
    'itens excluídos',
    'kosz',
    'elementy usunięte',
    'корзина',
    'удаленные',
    'slettet post',
    'roskakori',
    'odstraněná pošta',
  ],
  junk: [
    'junk',
    'junk e-mail',
    'junk email',
    'junk mail',
    'spam',
    'bulk mail',
    'junk-e-mail',
    'courrier indésirable',
    'indésirables',
    'correo no deseado',
    'posta indesiderata',
    'skräppost',
    'ongewenste e-mail',
    'lixo eletrônico',
    'wiadomości-śmieci',
    'спам',
    'нежелательная почта',
    'uønsket post',
    'roskaposti',
    'nevyžádaná pošta',
  ],
  archive: [
    'archive',
    'archives',
    'archiv',
    'archivo',
    'archivio',
    'arkiv',
    'archief',
    'arquivo',
    'archiwum',
    'архив',
  ],
};

const byName = new Map(
  Object.keys(byAttribute).flatMap((attribute) => {
    const use = byAttribute[attribute];
    return use === undefined ? [] : (names[use] ?? []).map((name) => [name, use] as const);
  }),
);

/** The use that the server states (RFC 6154 section 2). */
export function useByAttribute(attributes: Iterable<string>): SpecialUse | null {
  for (const attribute of attributes) {
    const use = byAttribute[attribute.toLowerCase()];
    if (use !== undefined) return use;
  }
  return null;
}

/** The use that a top-level name suggests, or one directly below INBOX, as Courier and old Cyrus have them. */
export function useByName(path: readonly string[]): SpecialUse | null {
  const isBelowInbox = path.length === 2 && path[0]?.toUpperCase() === 'INBOX';
  if (path.length === 1 && path[0]?.toUpperCase() === 'INBOX') return 'inbox';
  if (path.length !== 1 && !isBelowInbox) return null;
  return byName.get((path.at(-1) ?? '').normalize('NFC').trim().toLowerCase()) ?? null;
}

/** What a folder of the source is, before its use is settled. */
export interface FolderClaim {
  path: readonly string[];
  attributes: Iterable<string>;
}

/**
 * Gives each folder its special use: the server's attributes first; a name only where no folder has the
 * attribute, and only to the first folder of that name.
 */
export function settleSpecialUses(folders: readonly FolderClaim[]): (SpecialUse | null)[] {
  const stated = folders.map((folder) => useByAttribute(folder.attributes));
  const taken = new Set(stated.filter((use) => use !== null));
  return folders.map((folder, index) => {
    const use = stated[index] ?? null;
    if (use !== null) return use;
    const suggested = useByName(folder.path);
    if (suggested === null || taken.has(suggested)) return null;
    taken.add(suggested);
    return suggested;
  });
}
