import type { Connection, mongo } from 'mongoose';
import type { z } from 'zod';

type Document = Record<string, unknown>;

/** A collection whose documents are parsed by their schema whenever they are read. */
export class ParsedCollection<Schema extends z.ZodType> {
  readonly #raw: mongo.Collection;
  readonly #schema: Schema;

  constructor(connection: Connection, name: string, schema: Schema) {
    this.#raw = connection.collection(name);
    this.#schema = schema;
  }

  /** The driver's collection, for updates and aggregations. */
  get raw(): mongo.Collection {
    return this.#raw;
  }

  /** Makes sure of an index. */
  async index(keys: Record<string, 1 | -1>, options: { unique: boolean } = { unique: false }): Promise<void> {
    await this.#raw.createIndexes([{ key: keys, ...options }]);
  }

  async insert(document: z.infer<Schema> & object): Promise<void> {
    await this.#raw.insertOne({ ...document });
  }

  async insertMany(documents: (z.infer<Schema> & object)[]): Promise<void> {
    if (documents.length > 0) await this.#raw.insertMany(documents.map((document) => ({ ...document })));
  }

  async findOne(filter: Document): Promise<z.infer<Schema> | null> {
    return this.#parseOrNull(await this.#raw.findOne(filter));
  }

  async find(filter: Document, options: mongo.FindOptions = {}): Promise<z.infer<Schema>[]> {
    const found = await this.#raw.find(filter, options).toArray();
    return found.map((document) => this.#schema.parse(document));
  }

  /** One atomic change; null when nothing matched the filter. */
  async change(
    filter: Document,
    update: Document,
    options: { upsert?: boolean } = {},
  ): Promise<z.infer<Schema> | null> {
    return this.#parseOrNull(
      await this.#raw.findOneAndUpdate(filter, update, { returnDocument: 'after', ...options }),
    );
  }

  /** The same change to all that match, each atomically; says how many there were. */
  async changeMany(filter: Document, update: Document): Promise<number> {
    return (await this.#raw.updateMany(filter, update)).matchedCount;
  }

  async count(filter: Document): Promise<number> {
    return this.#raw.countDocuments(filter);
  }

  async removeMany(filter: Document): Promise<number> {
    return (await this.#raw.deleteMany(filter)).deletedCount;
  }

  #parseOrNull(document: unknown): z.infer<Schema> | null {
    return document === null ? null : this.#schema.parse(document);
  }
}

/** Whether an error is MongoDB's "duplicate key" (code 11000). */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 11000;
}

/** A page of a listing; `cursor` is the sort key of the last document before it. */
export interface Page {
  limit: number;
  cursor: string | null;
}
