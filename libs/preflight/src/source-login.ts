import { loginNamesOf } from '@sterna/credentials';
import { ImapSession } from '@sterna/imap';
import type { Logger } from '@sterna/platform';
import { type SourceLogins, storedAccount } from '@sterna/source-login';
import type { Endpoint, MigrationUser, StateStore } from '@sterna/state';

/** The source server, however its name is written. */
export function serverKeyOf({ remoteServer, port }: Endpoint): string {
  return `${remoteServer.toLowerCase()}:${port}`;
}

/** The account that a server would lock after wrong passwords: the administrator's where one logs in. */
export function lockableLoginOf(user: Pick<MigrationUser, 'userName'>, endpoint: Endpoint): string {
  const { reading, userName } = loginNamesOf(user.userName, endpoint);
  return reading.admin ?? userName;
}

/** What a login is made of and made with. */
export interface LoginParts {
  store: StateStore;
  logins: SourceLogins;
  logger: Logger;
}

/**
 * Logs in to the source of a user, as its passes do.
 * @throws MigrationError of the account
 */
export function openSource(
  { store, logins, logger }: LoginParts,
  user: MigrationUser,
  endpoint: Endpoint,
): Promise<ImapSession> {
  const { userRoot } = user;
  return logins.connect({ endpoint, account: storedAccount(store.secrets, user) }, (login) =>
    ImapSession.open({ server: endpoint, login, userRoot, logger }),
  );
}
