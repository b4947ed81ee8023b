import type { Connection } from 'mongoose';
import { type CheckLane, checkLaneSchema } from './check-documents.js';
import { isDuplicateKey, ParsedCollection } from './collection.js';

const longestPauseMs = 60_000;

/** What a check needs to log in at a server. */
export interface LaneRequest {
  serverKey: string;
  /** The account that the server would lock. */
  login: string;
  holder: string;
  pauseMs: number;
  /** Connections of checks that the server has at once, at most. */
  slots: number;
  leaseMs: number;
}

/**
 * How checks share a source server, over all replicas and tenants: one document for each server, changed in one atomic
 * step, so that logins keep their pause, connections their number, and an account never has two logins at once.
 */
export class CheckLaneRepository {
  readonly #lanes: ParsedCollection<typeof checkLaneSchema>;

  constructor(connection: Connection) {
    this.#lanes = new ParsedCollection(connection, 'checkLanes', checkLaneSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#lanes.index({ serverKey: 1 }, { unique: true });
  }

  find(serverKey: string): Promise<CheckLane | null> {
    return this.#lanes.findOne({ serverKey });
  }

  /** Takes the right to log in now; false where the pause, the number or the account forbids it. */
  async enter({ serverKey, login, holder, pauseMs, slots, leaseMs }: LaneRequest): Promise<boolean> {
    await this.#ensure(serverKey);
    const now = new Date();
    await this.#lanes.change(
      { serverKey, 'running.until': { $lt: now } },
      { $pull: { running: { until: { $lt: now } } } },
    );
    const isFree = {
      serverKey,
      nextLoginAt: { $lte: now },
      'running.login': { $ne: login },
      [`running.${slots - 1}`]: { $exists: false },
    };
    const until = new Date(now.getTime() + leaseMs);
    const entered = await this.#lanes.change(isFree, {
      $set: { nextLoginAt: new Date(now.getTime() + pauseMs) },
      $push: { running: { holder, login, until } },
    });
    return entered !== null;
  }

  /** Keeps the place; false when it was lost. */
  async renew(serverKey: string, holder: string, leaseMs: number): Promise<boolean> {
    const renewed = await this.#lanes.change(
      { serverKey, 'running.holder': holder },
      { $set: { 'running.$.until': new Date(Date.now() + leaseMs) } },
    );
    return renewed !== null;
  }

  /** Gives the place back. After a refusal the next login waits, twice as long for each refusal in a row. */
  async leave(
    { serverKey, holder, pauseMs }: Pick<LaneRequest, 'serverKey' | 'holder' | 'pauseMs'>,
    isRefused: boolean,
  ): Promise<void> {
    const left = { $pull: { running: { holder } } };
    if (!isRefused) {
      await this.#lanes.change({ serverKey }, { ...left, $set: { refusals: 0 } });
      return;
    }
    const lane = await this.#lanes.change({ serverKey }, { ...left, $inc: { refusals: 1 } });
    const growth = 2 ** Math.min(lane?.refusals ?? 1, 10);
    const nextLoginAt = new Date(Date.now() + Math.min(pauseMs * growth, longestPauseMs));
    await this.#lanes.change({ serverKey, nextLoginAt: { $lt: nextLoginAt } }, { $set: { nextLoginAt } });
  }

  async #ensure(serverKey: string): Promise<void> {
    if ((await this.#lanes.count({ serverKey })) > 0) return;
    try {
      await this.#lanes.insert({ serverKey, nextLoginAt: new Date(0), refusals: 0, running: [] });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
