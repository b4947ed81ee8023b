import { loginNamesOf } from '@sterna/credentials';
import { MigrationError } from '@sterna/domain';
import { ImapSession } from '@sterna/imap';
import type { Logger } from '@sterna/platform';
import type { Endpoint, MigrationUser, StateStore } from '@sterna/state';
import { z } from 'zod';

const credentials = z.object({ password: z.string() });

/** The source server, however its name is written. */
export function serverKeyOf({ remoteServer, port }: Endpoint): string {
  return `${remoteServer.toLowerCase()}:${port}`;
}

/** The account that a server would lock after wrong passwords: the administrator's where one logs in. */
export function lockableLoginOf(user: Pick<MigrationUser, 'userName'>, endpoint: Endpoint): string {
  const { reading, userName } = loginNamesOf(user.userName, endpoint);
  return reading.admin ?? userName;
}

/**
 * Logs in to the source of a user, as its passes do.
 * @throws MigrationError of the account
 */
export async function openSource(
  store: StateStore,
  user: MigrationUser,
  endpoint: Endpoint,
  logger: Logger,
): Promise<ImapSession> {
  const opened = credentials.safeParse(await store.secrets.open(user.tenantId, user.credentialsSecretId));
  if (!opened.success) throw noPassword(user.emailAddress);
  const { reading: _, ...names } = loginNamesOf(user.userName, endpoint);
  const login = { ...names, password: opened.data.password };
  return ImapSession.open({ server: endpoint, login, userRoot: user.userRoot, logger });
}

function noPassword(emailAddress: string): MigrationError {
  return new MigrationError({
    code: 'secretUnreadable',
    scope: 'account',
    retry: { kind: 'never' },
    message: `the stored credentials of ${emailAddress} hold no password; give them again with sterna batch set --csv`,
  });
}
