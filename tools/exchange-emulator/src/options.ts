import type { MailboxProvision } from './mailbox.js';
import type { RegisteredApplication } from './sign-in.js';
import type { ThrottleLimits } from './throttle.js';

/** How the emulator is started; everything has a default that behaves like the service. */
export interface EmulatorOptions {
  /** For the certificate and the spool; kept between starts so that clients can go on trusting the CA. */
  stateDirectory: string;
  /** Port of https (Graph, sign-in, uploads); 0 or missing takes a free one. */
  port?: number;
  /** Port of plain http (the same, and the administration); 0 or missing takes a free one. */
  httpPort?: number;
  /** Address to listen on, 127.0.0.1 by default. */
  host?: string;
  /** What clients call the https side, when it is not https://127.0.0.1:{port}. */
  publicUrl?: string;
  /** Host of upload URLs, another name of the same server: https://localhost:{port} by default. */
  uploadUrl?: string;
  tenant?: string;
  clientId?: string;
  clientSecret?: string;
  /** Application permissions in the tokens; default Mail.ReadWrite and User.Read.All. */
  roles?: readonly string[];
  /** Further applications, of this tenant or others. */
  applications?: readonly RegisteredApplication[];
  tokenLifetimeSeconds?: number;
  mailboxes?: readonly (string | MailboxProvision)[];
  /** Domains whose mailboxes come into being when they are first asked for. */
  autoProvisionDomains?: readonly string[];
  /** Limits that differ from Microsoft's; null switches one off. */
  limits?: Partial<ThrottleLimits>;
  /** Largest message, attachments included; default 36 MB, Exchange Online's default for receiving. */
  maxMessageBytes?: number;
  /** Time that each Graph request takes at least, so that concurrency limits bite; default 0. */
  latencyMs?: number;
}

export const defaultTenant = '7d9c2f1e-5b3a-4c8e-9f60-1a2b3c4d5e6f';
export const defaultClientId = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
export const defaultClientSecret = 'emulator-client-secret';
export const defaultRoles: readonly string[] = ['Mail.ReadWrite', 'User.Read.All'];
export const defaultMaxMessageBytes = 36 * 1024 * 1024;
export const maxRequestBytes = 4 * 1024 * 1024;
