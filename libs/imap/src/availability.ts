import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import type { SourceLogin } from '@sterna/credentials';
import { createLogger } from '@sterna/platform';
import { adviseOn } from './availability-advice.js';
import { type CertificateReport, describeCertificate, requireTrusted } from './certificate.js';
import { openConnection, type SourceServer } from './imap-connection.js';
import { command, openTcp, readGreeting, startTls } from './probe-connection.js';

export type AvailabilityStepName = 'resolve' | 'connect' | 'tls' | 'greeting' | 'capabilities' | 'login';

/** One step of a connection: what was found, and what to do where it failed. */
export interface AvailabilityStep {
  step: AvailabilityStepName;
  ok: boolean;
  detail: string;
  advice?: string;
}

/** The answer of Test-MigrationServerAvailability. Steps after a failed one are not tried. */
export interface AvailabilityReport {
  ok: boolean;
  steps: AvailabilityStep[];
  /** Also where its certificate is not trusted, which fails the step. */
  tls: CertificateReport | null;
  capabilities: string[];
  /** SASL mechanisms, and LOGIN unless the server disables it (RFC 9051 section 6.2.3). */
  loginMethods: string[];
}

/** Calls `open` with what a login is made of, which may have to be fetched first, and renewed when it is refused. */
export type LogIn = (open: (login: SourceLogin) => Promise<void>) => Promise<void>;

/** Tests the way to a server step by step; with `logIn` also the login. Expected failures are values. */
export async function testAvailability(test: SourceServer & { logIn?: LogIn }): Promise<AvailabilityReport> {
  const report: AvailabilityReport = { ok: false, steps: [], tls: null, capabilities: [], loginMethods: [] };
  const probe = new Probe(test, report);
  try {
    await probe.run(test.logIn ?? null);
    report.ok = true;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
  } finally {
    probe.close();
  }
  return report;
}

/** A step that failed and is in the report already. */
class StepFailed extends Error {}

class Probe {
  #socket: Socket | null = null;

  constructor(
    private readonly server: SourceServer,
    private readonly report: AvailabilityReport,
  ) {}

  async run(logIn: LogIn | null): Promise<void> {
    await this.#step('resolve', async (tell) => {
      const addresses = await lookup(this.server.remoteServer, { all: true });
      tell(addresses.map((entry) => entry.address).join(', '));
    });
    let socket = await this.#open();
    if (this.server.security === 'Ssl') socket = await this.#secure(socket);
    await this.#step('greeting', async (tell) => {
      tell(await readGreeting(socket));
    });
    if (this.server.security === 'Tls') {
      await this.#step('tls', () => command(socket, 'S1', 'STARTTLS'));
      socket = await this.#secure(socket);
    }
    await this.#step('capabilities', async (tell) => {
      tell(await this.#readCapabilities(socket));
    });
    if (logIn !== null) await this.#logIn(logIn);
  }

  async #open(): Promise<Socket> {
    return this.#step('connect', async (tell) => {
      const socket = (this.#socket = await openTcp(this.server));
      tell(`${this.server.remoteServer}:${this.server.port} accepts connections`);
      return socket;
    });
  }

  async #secure(socket: Socket): Promise<Socket> {
    return this.#step('tls', async (tell) => {
      const secure = (this.#socket = await startTls(this.server, socket));
      const found = (this.report.tls = describeCertificate(secure));
      const { acceptUntrustedCertificates, certificateFingerprint = null } = this.server;
      const isChecked = !acceptUntrustedCertificates && certificateFingerprint === null;
      if (isChecked) requireTrusted(secure, this.server.remoteServer);
      const doubt = isChecked || found.isTrusted ? '' : '; not trusted, which is accepted';
      tell(`${found.protocol}, certificate of ${found.subject}, valid to ${found.validTo}${doubt}`);
      return secure;
    });
  }

  async #readCapabilities(socket: Socket): Promise<string> {
    const lines = await command(socket, 'C1', 'CAPABILITY');
    const line = lines.find((text) => /^\* CAPABILITY /i.test(text)) ?? '';
    const found = line
      .split(' ')
      .slice(2)
      .filter((word) => word !== '');
    const mechanisms = found.filter((word) => /^AUTH=/i.test(word)).map((word) => word.slice(5));
    const hasLogin = !found.some((word) => word.toUpperCase() === 'LOGINDISABLED');
    this.report.capabilities = found;
    this.report.loginMethods = [
      ...mechanisms,
      ...(hasLogin && !mechanisms.includes('LOGIN') ? ['LOGIN'] : []),
    ];
    return found.join(' ');
  }

  async #logIn(logIn: LogIn): Promise<void> {
    await this.#step('login', async (tell) => {
      const logger = createLogger({ service: 'availability', level: 'silent' });
      await logIn(async (login) => {
        const client = await openConnection(this.server, login, logger);
        await client.logout();
        tell(`${login.userName} is let in`);
      });
    });
  }

  /** Runs a step; what it tells goes into the report, and a step that tells nothing is not shown. */
  async #step<T>(
    step: AvailabilityStepName,
    work: (tell: (detail: string) => void) => Promise<T>,
  ): Promise<T> {
    try {
      return await work((detail) => this.report.steps.push({ step, ok: true, detail }));
    } catch (error) {
      this.report.steps.push({ step, ok: false, ...adviseOn(step, error, this.server) });
      throw new StepFailed();
    }
  }

  close(): void {
    this.#socket?.on('error', () => undefined);
    this.#socket?.destroy();
  }
}
