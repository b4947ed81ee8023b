import { readUserName, type UserNameFormat, type UserNameReading } from './user-name.js';

/** How an endpoint wants its UserNames read. */
export interface LoginSettings {
  userNameFormat: 'auto' | UserNameFormat;
  userNameSeparator: string;
  /** Whether the mailbox is named as authorization identity of SASL PLAIN. */
  authorizationIdentity: boolean;
}

/** Who logs in and, where it is somebody else, as whom. */
export interface LoginNames {
  userName: string;
  authorizeAs?: string;
  reading: UserNameReading;
}

/** The UserName as it stands, or its two parts where the endpoint wants the mailbox as authorization identity. */
export function loginNamesOf(userName: string, settings: LoginSettings): LoginNames {
  const { userNameFormat: format, userNameSeparator: separator, authorizationIdentity } = settings;
  const reading = readUserName(userName, { format, separator });
  const { loginName, mailbox, admin } = reading;
  if (!authorizationIdentity || admin === null) return { userName: loginName, reading };
  return { userName: admin, authorizeAs: mailbox, reading };
}
