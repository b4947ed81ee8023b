import type { CheckSettings, Endpoint, StateStore } from '@sterna/state';
import { serverKeyOf } from './source-login.js';

/** Connections of checks that a server has at once, unless its endpoint allows fewer. */
const connectionsAtOnce = 4;
export const laneLeaseMs = 30_000;

/** The way of one check to one source server. */
export class SourceLane {
  readonly serverKey: string;
  readonly #slots: number;
  readonly #pauseMs: number;

  constructor(
    private readonly store: StateStore,
    endpoint: Endpoint,
    { pauseMs }: Pick<CheckSettings, 'pauseMs'>,
  ) {
    this.serverKey = serverKeyOf(endpoint);
    this.#slots = Math.max(1, Math.min(connectionsAtOnce, endpoint.maxConcurrentMigrations ?? Infinity));
    this.#pauseMs = pauseMs;
  }

  /** Logins that are open now; null where the pause or the number of connections forbids any other. */
  async busyLogins(): Promise<string[] | null> {
    const lane = await this.store.checkLanes.find(this.serverKey);
    const now = Date.now();
    const open = (lane?.running ?? []).filter(({ until }) => until.getTime() > now);
    const isClosed = open.length >= this.#slots || (lane?.nextLoginAt.getTime() ?? 0) > now;
    return isClosed ? null : open.map(({ login }) => login);
  }

  /** Takes the right to log in now. */
  enter(holder: string, login: string): Promise<boolean> {
    const { serverKey } = this;
    return this.store.checkLanes.enter({
      ...{ serverKey, login, holder },
      ...{ pauseMs: this.#pauseMs, slots: this.#slots, leaseMs: laneLeaseMs },
    });
  }

  renew(holder: string): Promise<boolean> {
    return this.store.checkLanes.renew(this.serverKey, holder, laneLeaseMs);
  }

  leave(holder: string, isRefused: boolean): Promise<void> {
    return this.store.checkLanes.leave(
      { serverKey: this.serverKey, holder, pauseMs: this.#pauseMs },
      isRefused,
    );
  }
}
