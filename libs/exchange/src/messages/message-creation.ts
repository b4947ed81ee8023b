import { MigrationError } from '@sterna/domain';
import { z } from 'zod';
import type { FolderTree } from '../folders/folder-tree.js';
import { faultError, protocolError } from '../graph/fault-error.js';
import { meaningOf } from '../graph/fault-meaning.js';
import type { GraphFault } from '../graph/graph-answer.js';
import type { GraphConnection, RequestCount } from '../graph/graph-connection.js';
import { growingPause } from './growing-pause.js';
import type { MessageLookup } from './message-lookup.js';
import type { MessagePlan } from './message-plan.js';

export type Creation =
  | { kind: 'created'; itemId: string }
  /** An earlier attempt, whose answer was lost, had written it whole. */
  | { kind: 'complete'; itemId: string }
  | { kind: 'refused'; fault: GraphFault };

export interface CreationRequest {
  folderId: string;
  key: string;
  plan: MessagePlan;
  count: RequestCount;
}

const created = z.object({ id: z.string().min(1) });
const maxAttempts = 6;

/**
 * Creates messages, each once: when nobody knows what came of a create, its key is looked for before it is sent
 * again.
 */
export class MessageCreator {
  readonly #connection: GraphConnection;
  readonly #userPath: string;
  readonly #folders: FolderTree;
  readonly #lookup: MessageLookup;
  #successes = 0;

  constructor(parts: {
    connection: GraphConnection;
    userPath: string;
    folders: FolderTree;
    lookup: MessageLookup;
  }) {
    this.#connection = parts.connection;
    this.#userPath = parts.userPath;
    this.#folders = parts.folders;
    this.#lookup = parts.lookup;
  }

  /** @throws MigrationError of the folder or the account */
  async create(request: CreationRequest): Promise<Creation> {
    const successesBefore = this.#successes;
    let hasReplacedFolder = false;
    for (let attempt = 1; ; attempt += 1) {
      const folderId = this.#folders.current(request.folderId);
      const answer = await this.#post(folderId, request);
      if (answer.kind === 'success') return { kind: 'created', itemId: this.#idOf(answer.body) };
      switch (meaningOf(answer)) {
        case 'refused':
        case 'tooLarge':
          return { kind: 'refused', fault: answer };
        case 'itemMissing':
          if (hasReplacedFolder || (await this.#folders.replace(folderId)) === null) {
            throw folderGone(answer);
          }
          hasReplacedFolder = true;
          break;
        case 'outcomeUnknown': {
          if (attempt === maxAttempts) return this.#givenUp(answer, successesBefore);
          await this.#connection.sleep(growingPause(attempt, answer.retryAfterMs));
          const adopted = await this.#adopt(request);
          if (adopted !== null) return adopted;
          break;
        }
        default:
          throw faultError(answer, 'writing a message');
      }
    }
  }

  #post(folderId: string, { plan, count }: CreationRequest): ReturnType<GraphConnection['send']> {
    const path = `${this.#userPath}/mailFolders/${encodeURIComponent(folderId)}/messages`;
    return this.#connection.send({ method: 'POST', path, body: plan.create(), count });
  }

  #idOf(body: unknown): string {
    const parsed = created.safeParse(body);
    if (!parsed.success) throw protocolError('creating a message', parsed.error);
    this.#successes += 1;
    return parsed.data.id;
  }

  /** What an attempt without an answer left: the message, or a stale unfinished one, which is taken away. */
  async #adopt({ key, plan, count }: CreationRequest): Promise<Creation | null> {
    const found = await this.#lookup.find(key, count);
    if (found === null) return null;
    const { itemId } = found;
    if (found.isComplete) return { kind: 'complete', itemId };
    const present = await this.#lookup.countAttachments(itemId, count);
    if (plan.later.length > 0 && present === plan.inlineCount) return { kind: 'created', itemId };
    if (present !== null) await this.#lookup.remove(itemId, count);
    return null;
  }

  /**
   * Six times the server's own failure, while other messages were written: it is this message that it cannot
   * stand. Otherwise the service is at fault, and the pass is taken up again later.
   */
  #givenUp(fault: GraphFault, successesBefore: number): Creation {
    if (fault.status === 500 && this.#successes > successesBefore) return { kind: 'refused', fault };
    throw faultError(fault, 'writing a message');
  }
}

function folderGone(fault: GraphFault): MigrationError {
  const { context } = faultError(fault, '');
  return new MigrationError({
    code: 'targetFolderRefused',
    scope: 'folder',
    retry: { kind: 'backoff' },
    message:
      'the target folder was deleted while messages were written into it; the next pass makes it again',
    context,
  });
}
