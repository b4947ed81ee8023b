/** How the UserName of a CSV row names an administrator who opens another person's mailbox. */
export const userNameFormats = ['plain', 'dovecot', 'exchange', 'mirapoint'] as const;
export type UserNameFormat = (typeof userNameFormats)[number];

export interface UserNameOptions {
  /** `auto` (the default) recognises only what cannot be anything else. */
  format?: 'auto' | UserNameFormat;
  /** Dovecot's auth_master_user_separator; `*` by default. */
  separator?: string;
}

/** `loginName` goes to the server unchanged; `mailbox` and `admin` are for reports and messages. */
export interface UserNameReading {
  format: UserNameFormat;
  loginName: string;
  mailbox: string;
  /** The administrator's login, or null where the mailbox's owner signs in. */
  admin: string | null;
}

type Split = { mailbox: string; admin: string } | null;

/** `#user@domain#Admin#`, or null. */
function splitMirapoint(userName: string): Split {
  const [, mailbox, admin] = /^#([^#\s]+@[^#\s]+)#([^#\s]+)#$/.exec(userName) ?? [];
  return mailbox === undefined || admin === undefined ? null : { mailbox, admin };
}

/** `Domain/Admin/User`, or null. */
function splitExchange(userName: string): Split {
  const [domain, admin, mailbox, ...more] = userName.split('/');
  if (!domain || !admin || !mailbox || more.length > 0) return null;
  return { mailbox, admin: `${domain}/${admin}` };
}

/** `User*Admin` (Dovecot splits at the last separator), or null. */
function splitDovecot(userName: string, separator: string): Split {
  const at = userName.lastIndexOf(separator);
  if (separator === '' || at < 1 || at + separator.length >= userName.length) return null;
  return { mailbox: userName.slice(0, at), admin: userName.slice(at + separator.length) };
}

function splitBy(format: UserNameFormat, userName: string, separator: string): Split {
  switch (format) {
    case 'plain':
      return null;
    case 'mirapoint':
      return splitMirapoint(userName);
    case 'exchange':
      return splitExchange(userName);
    case 'dovecot':
      return splitDovecot(userName, separator);
  }
}

/** A name may itself contain `/` or `*`: `auto` asks for exactly the parts that Microsoft's article shows. */
function recognise(userName: string, separator: string): UserNameFormat {
  if (splitMirapoint(userName) !== null) return 'mirapoint';
  if (/^[A-Za-z0-9][A-Za-z0-9.-]*(\/[^/\s*#@]+){2}$/.test(userName)) return 'exchange';
  const parts = userName.split(separator);
  return separator !== '' && parts.length === 2 && parts.every((part) => /^[\w.@+-]+$/.test(part))
    ? 'dovecot'
    : 'plain';
}

/**
 * Reads the UserName of a migration CSV: plain, or the administrator formats of Dovecot (`User*Admin`), Exchange
 * (`Domain/Admin/User`) and Mirapoint (`#user@domain#Admin#`). The login is sent as it is written, whatever the
 * reading. Courier and Oracle use a plain administrator's name with UserRoot. A forced format that the name does
 * not have is read as plain.
 * Source: Microsoft's "CSV files for IMAP migration batches".
 */
export function readUserName(userName: string, options: UserNameOptions = {}): UserNameReading {
  const separator = options.separator ?? '*';
  const wanted = options.format ?? 'auto';
  const format = wanted === 'auto' ? recognise(userName, separator) : wanted;
  const split = splitBy(format, userName, separator);
  return split === null
    ? { format: 'plain', loginName: userName, mailbox: userName, admin: null }
    : { format, loginName: userName, ...split };
}
