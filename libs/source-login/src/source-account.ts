import type { LoginSettings } from '@sterna/credentials';
import type { OAuthSettings } from './oauth-settings.js';

/** What a login has to know of an endpoint. */
export interface LoginEndpoint extends LoginSettings {
  tenantId: string;
  endpointId: string;
  name: string;
  /** Null: by user name and password. */
  oauth: OAuthSettings | null;
  /** external: the Password column has a reference, and a command or store of the operator the password. */
  passwordSource: 'csv' | 'external';
}

/** The Password cell of a row; what it means is up to the endpoint. */
export interface PasswordCell {
  /** '' where it is empty. @throws MigrationError secretUnreadable */
  read(): Promise<string>;
  /** Puts a renewed refresh token in its place. */
  replace(value: string): Promise<void>;
}

/** Whose mailbox is opened. */
export interface SourceAccount {
  emailAddress: string;
  userName: string;
  password: PasswordCell;
}

/** A row and its endpoint. */
export interface LoginRequest {
  endpoint: LoginEndpoint;
  account: SourceAccount;
  /** Calls off what is under way for this login alone. */
  signal?: AbortSignal;
}
