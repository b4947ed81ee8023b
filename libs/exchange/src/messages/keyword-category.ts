/**
 * Keywords that programs set for themselves (IANA registry "IMAP and JMAP Keywords", Thunderbird, Apple Mail,
 * Dovecot, SpamAssassin and others): they say nothing to the owner of the mailbox.
 */
const system = new Set([
  '$mdnsent', 'mdnsent', '$forwarded', 'forwarded', '$submitpending', '$submitted', '$autosent', '$autojunk',
  '$junk', 'junk', '$notjunk', 'notjunk', 'nonjunk', 'junkrecorded', '$phishing', '$notphishing', '$spam',
  '$hasattachment', '$hasnoattachment', '$attachment', '$hasmemo', '$memo', '$ismailinglist', '$isnotification',
  '$istrusted', '$canunsubscribe', '$unsubscribed', '$maskedemail', '$muted', '$followed', '$new', '$recent',
  '$important', '$mailflagbit0', '$mailflagbit1', '$mailflagbit2', '$replied', '$has_cal', '$hascal', '$ignored',
  '$watched', '$queued', '$sent', '$encrypted', '$signed', '$invitation', '$todo', '$error', 'old', 'recent',
  'unseen', 'receipt-handled', 'redirected', 'sentbyzimbra', 'answered', '$notify', '$x-me-annot-1',
  '$x-me-annot-2', '$chatnotify', '$mxfamily', '$dontpurge', '$downloaded', 'attachment', 'noattachment',
]); // prettier-ignore

/** Programs' own name spaces. */
const systemPrefix = /^(?:\\|\$?x-|oib-|kmail|evolution-|\$kmail|dc-|dovecot-|\$purge|gnus-)/i;

/** The five labels that Thunderbird has had from the start, under the names that it shows. */
const thunderbirdLabels: ReadonlyMap<string, string> = new Map([
  ['$label1', 'Important'],
  ['$label2', 'Work'],
  ['$label3', 'Personal'],
  ['$label4', 'To Do'],
  ['$label5', 'Later'],
]);

const maxLength = 255;

/**
 * The categories of a message, each once: labels, and keywords that a person gave it (RFC 9051 section 2.3.2). Flags
 * that have a place of their own in Exchange, and programs' marks, are none.
 */
export function categoriesOf(flags: readonly string[], labels: readonly string[] = []): string[] {
  const categories = new Map<string, string>();
  for (const label of labels) {
    const name = cleaned(label);
    if (name !== '') categories.set(name.toLowerCase(), name);
  }
  for (const flag of flags) {
    const lower = flag.toLowerCase();
    if (system.has(lower) || systemPrefix.test(flag)) continue;
    const name = thunderbirdLabels.get(lower) ?? readable(flag);
    if (name !== '') categories.set(name.toLowerCase(), name);
  }
  return [...categories.values()];
}

/** Separators of Exchange's list of categories become blanks; Thunderbird writes other letters in UTF-7. */
function readable(flag: string): string {
  return cleaned(decodeUtf7(flag));
}

function cleaned(name: string): string {
  return name
    .replaceAll(/[,;\p{Cc}]/gu, ' ')
    .trim()
    .slice(0, maxLength);
}

/** Modified UTF-7 (RFC 3501 section 5.1.3); a keyword that is none stays as it is. */
function decodeUtf7(text: string): string {
  return text.replaceAll(/&([A-Za-z0-9+,]*)-/g, (whole, encoded: string) => {
    if (encoded === '') return '&';
    const bytes = Buffer.from(encoded.replaceAll(',', '/'), 'base64');
    if (bytes.length < 2 || bytes.length % 2 === 1) return whole;
    const decoded = bytes.swap16().toString('utf16le');
    return decoded.isWellFormed() ? decoded : whole;
  });
}
