import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gunzip } from 'node:zlib';
import { type Connection, mongo } from 'mongoose';
import { z } from 'zod';
import { nameKeyOf } from './endpoint.repository.js';
import { isDuplicateKey, type Page, ParsedCollection } from './collection.js';

const reportSchema = z.object({
  tenantId: z.string(),
  batchId: z.string(),
  batchName: z.string(),
  savedAt: z.date(),
  /** JSON, compressed: the report of 50,000 mailboxes is longer than a document may be. */
  gzip: z.instanceof(mongo.Binary),
});
const reportNameSchema = reportSchema.omit({ gzip: true });
/** A report without its text, which may be long. */
export type SavedReportName = z.infer<typeof reportNameSchema>;
/** `json` is the report as the API returns it. */
export type SavedReport = SavedReportName & { json: string };

/** The cursor of a listing that goes on after this report. */
export function reportCursorOf({ savedAt, batchId }: SavedReportName): string {
  return `${savedAt.toISOString()}/${batchId}`;
}

/** Final reports; they stay when their batch is removed. */
export class ReportRepository {
  readonly #reports: ParsedCollection<typeof reportSchema>;
  readonly #names: ParsedCollection<typeof reportNameSchema>;

  constructor(connection: Connection) {
    this.#reports = new ParsedCollection(connection, 'reports', reportSchema);
    this.#names = new ParsedCollection(connection, 'reports', reportNameSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#reports.index({ tenantId: 1, batchId: 1 }, { unique: true });
    await this.#reports.index({ tenantId: 1, savedAt: -1, batchId: 1 });
  }

  /** Saves the last word on a batch, JSON in pieces: the first report stays, whoever saves another. */
  async save(report: SavedReportName, json: AsyncIterable<string> | Iterable<string>): Promise<void> {
    const compressed: Buffer[] = [];
    await pipeline(json, createGzip(), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) compressed.push(piece);
    });
    try {
      await this.#reports.insert({ ...report, gzip: new mongo.Binary(Buffer.concat(compressed)) });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Whether the last word on a batch is saved. */
  async has(tenantId: string, batchId: string): Promise<boolean> {
    return (await this.#reports.count({ tenantId, batchId })) > 0;
  }

  async find(tenantId: string, batchId: string): Promise<SavedReport | null> {
    const saved = await this.#reports.findOne({ tenantId, batchId });
    if (saved === null) return null;
    const { gzip: compressed, ...report } = saved;
    return { ...report, json: (await promisify(gunzip)(compressed.value())).toString('utf8') };
  }

  /** The newest report of a batch of this name, in any letter case. */
  async findByName(tenantId: string, batchName: string): Promise<SavedReport | null> {
    const nameKey = nameKeyOf(batchName);
    for (let page: Page = { limit: 1_000, cursor: null }; ;) {
      const names = await this.list(tenantId, page);
      const found = names.find((saved) => nameKeyOf(saved.batchName) === nameKey);
      if (found !== undefined) return this.find(tenantId, found.batchId);
      const last = names.at(-1);
      if (last === undefined || names.length < page.limit) return null;
      page = { ...page, cursor: reportCursorOf(last) };
    }
  }

  /** The newest first; the cursor is that of the last one seen. */
  async list(tenantId: string, { limit, cursor }: Page): Promise<SavedReportName[]> {
    const [savedAt = '', batchId = ''] = cursor?.split('/', 2) ?? [];
    const at = new Date(savedAt);
    const isFirst = Number.isNaN(at.getTime());
    const after = isFirst
      ? {}
      : { $or: [{ savedAt: { $lt: at } }, { savedAt: at, batchId: { $gt: batchId } }] };
    const sort = { savedAt: -1, batchId: 1 } as const;
    return this.#names.find({ tenantId, ...after }, { sort, limit, projection: { gzip: 0 } });
  }
}

const auditSchema = z.object({
  tenantId: z.string(),
  entryId: z.string(),
  at: z.date(),
  /** The API key's id, `operator`, or the name of a service. */
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditSchema>;

/** Who did what; entries are only ever added. */
export class AuditRepository {
  readonly #entries: ParsedCollection<typeof auditSchema>;

  constructor(connection: Connection) {
    this.#entries = new ParsedCollection(connection, 'audit', auditSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#entries.index({ tenantId: 1, entryId: 1 }, { unique: true });
  }

  append(entry: Omit<AuditEntry, 'entryId' | 'at'>): Promise<void> {
    const at = new Date();
    return this.#entries.insert({ ...entry, at, entryId: `${at.toISOString()}-${crypto.randomUUID()}` });
  }

  /** Oldest first; the cursor is the entryId of the last one seen. */
  list(tenantId: string, page: Page): Promise<AuditEntry[]> {
    const after = page.cursor === null ? {} : { entryId: { $gt: page.cursor } };
    return this.#entries.find({ tenantId, ...after }, { sort: { entryId: 1 }, limit: page.limit });
  }
}
