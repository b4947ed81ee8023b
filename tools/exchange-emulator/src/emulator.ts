import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ensureCertificate } from './certificate.js';
import { Directory } from './directory.js';
import { FaultList } from './fault.js';
import { handle, type ServerContext } from './http-server.js';
import {
  defaultClientId,
  defaultClientSecret,
  defaultMaxMessageBytes,
  defaultRoles,
  defaultTenant,
  type EmulatorOptions,
} from './options.js';
import { RequestCounters } from './request-counters.js';
import { SignIn } from './sign-in.js';
import { Spool } from './spool.js';
import { documentedLimits, Throttle } from './throttle.js';
import { UploadSessions } from './upload-session.js';

/** A running emulator. */
export interface ExchangeEmulator {
  /** https base of Graph, without version: what graph.microsoft.com is. */
  graphUrl: string;
  /** https base of the sign-in service, without tenant: what login.microsoftonline.com is. */
  authorityUrl: string;
  /** PEM of the authority that signed the certificate, for NODE_EXTRA_CA_CERTS. */
  caPath: string;
  /** Plain http base of the same service and of the administration under /_emulator. */
  url: string;
  tenant: string;
  clientId: string;
  clientSecret: string;
  close: () => Promise<void>;
}

/**
 * Starts the emulator on https and plain http.
 * @throws Error when a port is taken, the state directory cannot be written or openssl is missing
 */
export async function startExchangeEmulator(options: EmulatorOptions): Promise<ExchangeEmulator> {
  const host = options.host ?? '127.0.0.1';
  const hostNames = [options.publicUrl, options.uploadUrl]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url).hostname)
    .filter((name) => !/^[\d.]+$|^\[/.test(name));
  const certificate = await ensureCertificate(options.stateDirectory, hostNames);
  const spool = new Spool(options.stateDirectory);
  let uploadUrl = options.uploadUrl ?? '';
  const context = assemble(options, spool, () => uploadUrl);
  const listener: RequestListener = (incoming, outgoing) => void handle(context, incoming, outgoing);
  const secure = createHttpsServer({ key: certificate.key, cert: certificate.certificate }, listener);
  const plain = createHttpServer(listener);
  for (const server of [secure, plain]) server.keepAliveTimeout = 120_000;
  try {
    const port = await listen(secure, host, options.port ?? 0);
    const httpPort = await listen(plain, host, options.httpPort ?? 0);
    const base = options.publicUrl?.replace(/\/$/, '') ?? `https://127.0.0.1:${port}`;
    if (uploadUrl === '') uploadUrl = `https://localhost:${port}`;
    return {
      graphUrl: base,
      authorityUrl: base,
      caPath: certificate.caPath,
      url: `http://127.0.0.1:${httpPort}`,
      tenant: options.tenant ?? defaultTenant,
      clientId: options.clientId ?? defaultClientId,
      clientSecret: options.clientSecret ?? defaultClientSecret,
      close: () => closeAll([secure, plain], spool),
    };
  } catch (error) {
    await closeAll([secure, plain], spool);
    throw error;
  }
}

function assemble(options: EmulatorOptions, spool: Spool, uploadUrl: () => string): ServerContext {
  const maxMessageBytes = options.maxMessageBytes ?? defaultMaxMessageBytes;
  const mailboxes = (options.mailboxes ?? []).map((each) =>
    typeof each === 'string' ? { address: each } : each,
  );
  const domains = (options.autoProvisionDomains ?? []).map((domain) => domain.toLowerCase());
  const directory = new Directory(mailboxes, domains);
  const uploads = new UploadSessions(spool, maxMessageBytes, uploadUrl);
  const faults = new FaultList();
  const counters = new RequestCounters();
  const throttle = new Throttle({ ...documentedLimits, ...options.limits });
  const own = {
    tenant: options.tenant ?? defaultTenant,
    clientId: options.clientId ?? defaultClientId,
    clientSecret: options.clientSecret ?? defaultClientSecret,
    roles: options.roles ?? defaultRoles,
  };
  const signIn = new SignIn([own, ...(options.applications ?? [])], options.tokenLifetimeSeconds ?? 3599);
  const reset = (): void => {
    directory.reset();
    uploads.clear();
    faults.clear();
    counters.reset();
    throttle.reset();
    spool.reset();
  };
  const admin = { directory, faults, counters, signIn, spool, reset };
  const latencyMs = options.latencyMs ?? 0;
  return { directory, spool, uploads, maxMessageBytes, counters, throttle, latencyMs, admin, faults, signIn };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error(`No TCP port was opened on ${host}`);
  return address.port;
}

async function closeAll(servers: readonly Server[], spool: Spool): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
  spool.close();
}
