import { readFile, stat } from 'node:fs/promises';
import type { OutcomeReason } from '@sterna/domain';
import { convertMessage } from '@sterna/mime';
import type { FolderTree } from '../folders/folder-tree.js';
import { describeFault, faultError } from '../graph/fault-error.js';
import { meaningOf } from '../graph/fault-meaning.js';
import type { GraphFault } from '../graph/graph-answer.js';
import type { GraphConnection, RequestCount } from '../graph/graph-connection.js';
import { AttachmentWriter } from './attachment-writer.js';
import { property, propertyIds } from './extended-property.js';
import { MessageCreator } from './message-creation.js';
import { type MessageForm, messageForms } from './message-form.js';
import type { MessageLookup } from './message-lookup.js';
import { maxCreateBytes, type MessagePlan, type PlannedContent, planMessage } from './message-plan.js';

export interface WriteRequest {
  folderId: string;
  content: { kind: 'memory'; bytes: Buffer } | { kind: 'file'; path: string };
  flags: readonly string[];
  /** Names that become categories beside those of the keywords. */
  labels?: readonly string[];
  internalDate: Date;
  /** `messageKey` of libs/domain. */
  key: string;
}

export type WriteResult =
  /** `requests` counts repetitions too; `repairs` has codes of libs/mime and of `messageRepairs`. */
  | { kind: 'written'; itemId: string; requests: number; repairs: string[] }
  | { kind: 'refused'; reason: OutcomeReason; explanation: string };

type FormResult =
  { kind: 'written'; itemId: string; repairs: string[] } | { kind: 'refused'; fault: GraphFault };

/** Messages above this size are written one at a time, so that memory holds only one of them. */
const largeBytes = 3 * 1024 * 1024;

/** Writes messages into one mailbox: one request each while it fits, attachments one by one beyond. */
export class MessageWriter {
  readonly #connection: GraphConnection;
  readonly #lookup: MessageLookup;
  readonly #creator: MessageCreator;
  readonly #attachments: AttachmentWriter;
  #lastLarge: Promise<unknown> = Promise.resolve();

  constructor(parts: {
    connection: GraphConnection;
    userPath: string;
    folders: FolderTree;
    lookup: MessageLookup;
  }) {
    this.#connection = parts.connection;
    this.#lookup = parts.lookup;
    this.#creator = new MessageCreator(parts);
    this.#attachments = new AttachmentWriter(parts.connection, parts.lookup);
  }

  /** @throws MigrationError of the folder or the account */
  async write(request: WriteRequest): Promise<WriteResult> {
    const { content } = request;
    const sizeBytes = content.kind === 'memory' ? content.bytes.length : (await stat(content.path)).size;
    if (sizeBytes <= largeBytes) return this.#write(request);
    const writing = this.#lastLarge.then(() => this.#write(request));
    this.#lastLarge = writing.catch(() => undefined);
    return writing;
  }

  async #write(request: WriteRequest): Promise<WriteResult> {
    const raw =
      request.content.kind === 'memory' ? request.content.bytes : await readFile(request.content.path);
    const { flags: keywords, labels = [], internalDate, key } = request;
    const flags = new Set(keywords.map((flag) => flag.toLowerCase()));
    const source = { flags, keywords, labels, internalDate, key };
    const content: PlannedContent = { message: convertMessage(raw), raw, source };
    const count: RequestCount = { requests: 0 };
    let last: GraphFault | null = null;
    for (const form of messageForms) {
      if (last !== null && !isDifferent(form, content)) continue;
      const result = await this.#writeForm(request, content, form, count);
      if (result.kind === 'written') return { ...result, requests: count.requests };
      last = result.fault;
      if (meaningOf(last) === 'tooLarge') break;
    }
    if (last === null) throw new Error('there is a form for every message');
    return refusal(last, raw.length);
  }

  async #writeForm(
    request: WriteRequest,
    content: PlannedContent,
    form: MessageForm,
    count: RequestCount,
  ): Promise<FormResult> {
    const plan = planMessage(content, form, maxCreateBytes);
    const result = await this.#carryOut(request, plan, count);
    if (result.kind === 'written' || meaningOf(result.fault) !== 'tooLarge' || plan.inlineCount === 0) {
      return result;
    }
    // the limit of a request may be lower than is documented: once more with all attachments apart
    return this.#carryOut(request, planMessage(content, form, 0), count);
  }

  /** Twice when the message vanishes while its attachments arrive. */
  async #carryOut(request: WriteRequest, plan: MessagePlan, count: RequestCount): Promise<FormResult> {
    const { folderId, key } = request;
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const creation = await this.#creator.create({ folderId, key, plan, count });
      if (creation.kind === 'refused') return creation;
      const { itemId } = creation;
      const repairs = new Set(plan.repairs);
      const written = (): FormResult => ({ kind: 'written', itemId, repairs: [...repairs] });
      if (creation.kind === 'complete' || plan.later.length === 0) return written();
      const { inlineCount: presentCount, later } = plan;
      const result = await this.#attachments.attachAll({ itemId, presentCount, later, repairs, count });
      if (result.kind === 'refused') {
        await this.#lookup.remove(itemId, count);
        return result;
      }
      if (result.kind === 'attached' && (await this.#complete(itemId, count))) return written();
    }
    throw faultError(deletedMeanwhile, 'attaching the files of a message');
  }

  /** Takes the mark off; false when the message is gone. */
  async #complete(itemId: string, count: RequestCount): Promise<boolean> {
    const body = { singleValueExtendedProperties: [property(propertyIds.incomplete, '0')] };
    const path = this.#lookup.messagePath(itemId);
    const answer = await this.#connection.send({ method: 'PATCH', path, body, count });
    if (answer.kind === 'success') return true;
    if (meaningOf(answer) === 'itemMissing') return false;
    throw faultError(answer, 'completing a message');
  }
}

const deletedMeanwhile: GraphFault = {
  kind: 'fault',
  status: 404,
  code: 'ErrorItemNotFound',
  message: '',
  requestId: '',
  retryAfterMs: null,
};

/** Whether a later form changes anything in this message. */
function isDifferent(form: MessageForm, { message }: PlannedContent): boolean {
  if (form.attachedMessages !== 'files') return true;
  return message.attachments.some((attachment) => attachment.kind === 'message');
}

function refusal(fault: GraphFault, sizeBytes: number): WriteResult {
  const megabytes = (sizeBytes / (1024 * 1024)).toFixed(1);
  if (meaningOf(fault) === 'tooLarge') {
    return {
      kind: 'refused',
      reason: 'tooLarge',
      explanation:
        `The message has ${megabytes} MB, which is more than the mailbox takes (${describeFault(fault)}). Raise ` +
        'the largest message size of the mailbox (MaxReceiveSize, up to 150 MB) and start the batch again, or ' +
        'save the message by other means.',
    };
  }
  return {
    kind: 'refused',
    reason: 'refusedByTarget',
    explanation:
      'Exchange Online refused the message in every form in which it was offered, at last whole as an attached ' +
      `file (${describeFault(fault)}). Import it by hand if it matters.`,
  };
}
