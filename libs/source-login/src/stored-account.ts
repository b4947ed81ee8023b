import { MigrationError } from '@sterna/domain';
import { z } from 'zod';
import type { SourceAccount } from './source-account.js';

/** Sealed secrets, as libs/state keeps them. */
export interface SecretCabinet {
  /** @throws MigrationError secretUnreadable */
  open(tenantId: string, secretId: string): Promise<unknown>;
  replace(tenantId: string, secretId: string, value: unknown): Promise<void>;
}

/** The part of a migration user that its login needs. */
export interface StoredUser {
  tenantId: string;
  emailAddress: string;
  userName: string;
  credentialsSecretId: string;
}

const credentials = z.object({ password: z.string() });

/** The account of a migration user, whose Password cell is sealed. */
export function storedAccount(secrets: SecretCabinet, user: StoredUser): SourceAccount {
  const { tenantId, emailAddress, userName, credentialsSecretId } = user;
  return {
    emailAddress,
    userName,
    password: {
      async read() {
        const opened = credentials.safeParse(await secrets.open(tenantId, credentialsSecretId));
        if (opened.success) return opened.data.password;
        throw new MigrationError({
          code: 'secretUnreadable',
          scope: 'account',
          retry: { kind: 'never' },
          message: `the stored credentials of ${emailAddress} hold no password; give them again in a new batch`,
        });
      },
      replace: (password) => secrets.replace(tenantId, credentialsSecretId, { password }),
    },
  };
}
