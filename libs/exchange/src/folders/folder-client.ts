import type { WellKnownFolder } from '@sterna/domain';
import { z } from 'zod';
import { faultError, protocolError } from '../graph/fault-error.js';
import { meaningOf } from '../graph/fault-meaning.js';
import type { GraphFault } from '../graph/graph-answer.js';
import type { GraphConnection } from '../graph/graph-connection.js';

export interface GraphFolder {
  id: string;
  displayName: string;
  /** Not shown to the user, or a search: mail does not belong there. */
  isHidden: boolean;
  /** How many messages it holds; null where Graph did not say. */
  messages: number | null;
}

/** What a tree of folders asks of a mailbox. */
export type FolderRequests = Pick<FolderClient, 'wellKnown' | 'children' | 'create'>;

export type FolderCreation = { kind: 'created'; folder: GraphFolder } | { kind: 'exists' } | RefusedFolder;

interface RefusedFolder {
  kind: 'refused';
  fault: GraphFault;
}

const folder = z
  .object({
    '@odata.type': z.string().optional(),
    id: z.string().min(1),
    displayName: z.string(),
    isHidden: z.boolean().nullish(),
    totalItemCount: z.number().nullish(),
  })
  .transform((each): GraphFolder => ({
    id: each.id,
    displayName: each.displayName,
    isHidden: each.isHidden === true || each['@odata.type'] === '#microsoft.graph.mailSearchFolder',
    messages: each.totalItemCount ?? null,
  }));
const folderPage = z.object({ value: z.array(folder), '@odata.nextLink': z.string().optional() });

const pageSize = 250;
const maxCreations = 4;

/** The requests on mail folders ("mailFolder resource type") of one mailbox. */
export class FolderClient {
  readonly #connection: GraphConnection;
  readonly #userPath: string;

  constructor(connection: GraphConnection, userPath: string) {
    this.#connection = connection;
    this.#userPath = userPath;
  }

  /** Null where the mailbox does not have it. */
  async wellKnown(name: WellKnownFolder | 'outbox'): Promise<GraphFolder | null> {
    const path = `${this.#userPath}/mailFolders/${name}?$select=id,displayName,totalItemCount`;
    const answer = await this.#connection.send({ method: 'GET', path });
    if (answer.kind === 'success') return parse(folder, answer.body, `folder ${name}`);
    if (meaningOf(answer) === 'itemMissing' && name !== 'msgfolderroot') return null;
    throw faultError(answer, `opening the folder ${name}`);
  }

  /** Every child, hidden ones included: their names are taken too. */
  async children(parentId: string): Promise<GraphFolder[]> {
    const found: GraphFolder[] = [];
    const query = `$select=id,displayName,isHidden,totalItemCount&$top=${pageSize}&includeHiddenFolders=true`;
    let path: string | undefined = `${this.#folderPath(parentId)}/childFolders?${query}`;
    while (path !== undefined) {
      const answer = await this.#connection.send({ method: 'GET', path });
      if (answer.kind === 'fault') throw faultError(answer, 'listing folders');
      const page: z.infer<typeof folderPage> = parse(folderPage, answer.body, 'a page of folders');
      found.push(...page.value);
      path = page['@odata.nextLink'];
    }
    return found;
  }

  /**
   * Makes a folder. After a lost answer it is asked for again: a second one of the same name cannot come to be.
   * @throws MigrationError of the account, or targetProtocol when the parent is gone
   */
  async create(parentId: string, displayName: string): Promise<FolderCreation> {
    const path = `${this.#folderPath(parentId)}/childFolders`;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#connection.send({ method: 'POST', path, body: { displayName } });
      if (answer.kind === 'success') {
        return { kind: 'created', folder: parse(folder, answer.body, 'a new folder') };
      }
      const meaning = meaningOf(answer);
      if (meaning === 'folderExists') return { kind: 'exists' };
      if (meaning === 'refused') return { kind: 'refused', fault: answer };
      if (meaning !== 'outcomeUnknown' || attempt === maxCreations) {
        throw faultError(answer, 'creating a folder');
      }
      await this.#connection.sleep(answer.retryAfterMs ?? 500 * 2 ** attempt);
    }
  }

  #folderPath(id: string): string {
    return `${this.#userPath}/mailFolders/${encodeURIComponent(id)}`;
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw protocolError(`reading ${what}`, result.error);
}
