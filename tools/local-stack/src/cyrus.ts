import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { cyrusConfiguration, type CyrusHierarchy, cyrusServices } from './cyrus-configuration.js';
import { startInTree } from './debian-tree.js';
import { findFreePorts } from './free-ports.js';
import { runImapCommands } from './imap-commands.js';
import { mailOwner } from './mail-users.js';
import { passwordBytes, specialLogins } from './special-passwords.js';

const address = z.object({ host: z.string(), port: z.int() });
const addresses = z.object({ netnews: address, unix: address });

/** How to reach a Cyrus of the local stack, in plain text. */
export type CyrusAddress = z.infer<typeof address>;
export interface RunningCyrus extends CyrusAddress {
  stop(): Promise<void>;
}

/** Who has a mailbox; what is in that of a name with a dot is not listed where the dot is the delimiter. */
export const cyrusUsers = ['terry.adams', 'ann', 'bo', 'paul'] as const;
/** May log in as anyone by SASL PLAIN with an authorization identity (`proxyservers`). */
export const cyrusProxy = 'migrator';
/** Makes mailboxes and shares them; may not read them. */
export const cyrusAdministrator = 'cyradmin';
export const cyrusPassword = 'P@ssw0rd "quoted\\"';

/**
 * Starts Debian's Cyrus with one of its two ways to name folders. It runs in the tree of Courier, for its package
 * conflicts with Dovecot's too. A mailbox comes to be at its first login.
 */
export async function startCyrus(options: {
  stateDir: string;
  hierarchy: CyrusHierarchy;
}): Promise<RunningCyrus> {
  const state = path.join(options.stateDir, `cyrus-${options.hierarchy}`);
  const [port = 0] = await findFreePorts(1);
  await mkdir(path.join(state, 'passwords'), { recursive: true });
  const names = {
    hierarchy: options.hierarchy,
    administrator: cyrusAdministrator,
    proxy: cyrusProxy,
  };
  await writeFile(path.join(state, 'imapd.conf'), cyrusConfiguration(names));
  await writeFile(path.join(state, 'cyrus.conf'), cyrusServices(port));
  for (const name of [...cyrusUsers, cyrusProxy, cyrusAdministrator]) {
    await writeFile(path.join(state, 'passwords', name), cyrusPassword);
  }
  for (const login of specialLogins) {
    await writeFile(path.join(state, 'passwords', login.name), passwordBytes(login));
  }
  const { uid, gid } = mailOwner;
  const running = await startInTree({
    ...{ name: 'cyrus', program: 'usr/lib/cyrus/bin/imapd', state, port },
    args: [String(uid), String(gid)],
  });
  return {
    ...{ host: '127.0.0.1', port },
    async stop() {
      await running.stop(2_000);
      await rm(state, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Gives commands as the administrator of a Cyrus, such as `SETACL`. */
export function administerCyrus(
  { host, port }: CyrusAddress,
  commands: readonly string[],
): Promise<string[]> {
  return runImapCommands({ host, port, userName: cyrusAdministrator, password: cyrusPassword }, commands);
}

/** The two Cyrus of the integration tests, from STERNA_TEST_CYRUS. */
export function cyrusFromEnvironment(): Record<CyrusHierarchy, CyrusAddress> {
  const text = process.env['STERNA_TEST_CYRUS'];
  if (text === undefined)
    throw new Error('STERNA_TEST_CYRUS is not set: run with vitest.integration.config.ts');
  return addresses.parse(JSON.parse(text));
}
