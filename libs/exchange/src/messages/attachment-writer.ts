import { faultError } from '../graph/fault-error.js';
import type { GraphFault } from '../graph/graph-answer.js';
import type { GraphConnection, RequestCount } from '../graph/graph-connection.js';
import { encodeJson, measureJson } from '../graph/json-body.js';
import {
  attachmentEntity,
  fileOfBytes,
  type PlannedAttachment,
  type PlannedFile,
} from './attachment-entity.js';
import { type AttachResult, resultOf, uploadAttachment } from './attachment-upload.js';
import { growingPause } from './growing-pause.js';
import type { MessageLookup } from './message-lookup.js';
import { maxRequestBytes } from './message-plan.js';
import type { Repairs } from './message-repair.js';

/** A message that waits for attachments; `presentCount` of them are there. */
export interface OpenMessage {
  itemId: string;
  presentCount: number;
  later: readonly PlannedAttachment[];
  repairs: Repairs;
  count: RequestCount;
}

export type AttachmentsResult =
  { kind: 'attached' } | { kind: 'gone' } | { kind: 'refused'; fault: GraphFault };

/** From here on an upload session, below it a POST ("attachment: createUploadSession"). */
const minUploadBytes = 3 * 1024 * 1024;
const maxAttempts = 6;

/** Attaches to a message what found no room in its create, one after the other, each exactly once. */
export class AttachmentWriter {
  readonly #connection: GraphConnection;
  readonly #lookup: MessageLookup;

  constructor(connection: GraphConnection, lookup: MessageLookup) {
    this.#connection = connection;
    this.#lookup = lookup;
  }

  /** @throws MigrationError of the account; the message stays marked as incomplete */
  async attachAll(message: OpenMessage): Promise<AttachmentsResult> {
    let present = message.presentCount;
    for (const attachment of message.later) {
      const result = await this.#attachOnce(message, attachment, present);
      if (result.kind !== 'attached') return result;
      present += 1;
    }
    return { kind: 'attached' };
  }

  /** After an unknown outcome the attachments are counted before anything is sent again. */
  async #attachOnce(
    message: OpenMessage,
    attachment: PlannedAttachment,
    present: number,
  ): Promise<AttachmentsResult> {
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#send(message, attachment);
      if (result.kind !== 'lost') return result;
      if (attempt === maxAttempts) throw faultError(result.fault, 'attaching a file');
      await this.#connection.sleep(growingPause(attempt, result.fault.retryAfterMs));
      const found = await this.#lookup.countAttachments(message.itemId, message.count);
      if (found === null) return { kind: 'gone' };
      if (found > present) return { kind: 'attached' };
    }
  }

  async #send(message: OpenMessage, attachment: PlannedAttachment): Promise<AttachResult> {
    if (attachment.kind === 'item') return this.#post(message, attachment);
    const isPosted =
      attachment.sizeBytes < minUploadBytes && measureJson(attachmentEntity(attachment)) <= maxRequestBytes;
    if (isPosted) {
      const posted = await this.#post(message, attachment);
      if (posted.kind !== 'refused' || posted.fault.status !== 413) return posted;
    }
    return this.#upload(message, attachment);
  }

  async #post(message: OpenMessage, attachment: PlannedAttachment): Promise<AttachResult> {
    const path = `${this.#lookup.messagePath(message.itemId)}/attachments`;
    const body = encodeJson(attachmentEntity(attachment));
    const answer = await this.#connection.send({ method: 'POST', path, body, count: message.count });
    return answer.kind === 'success' ? { kind: 'attached' } : resultOf(answer);
  }

  /**
   * A file of a few hundred bytes below 3 MB fits neither into a request, once it is base64, nor into an upload
   * session: it gets zero bytes at its end, which nearly all formats pass over.
   */
  #upload(message: OpenMessage, file: PlannedFile): Promise<AttachResult> {
    const messagePath = this.#lookup.messagePath(message.itemId);
    const { count } = message;
    if (file.sizeBytes >= minUploadBytes) {
      return uploadAttachment(this.#connection, { messagePath, file, count });
    }
    message.repairs.add('attachmentPadded');
    return uploadAttachment(this.#connection, { messagePath, file: padded(file), count });
  }
}

function padded(file: PlannedFile): PlannedFile {
  const bytes = Buffer.alloc(minUploadBytes);
  Buffer.from(file.base64().toString('latin1'), 'base64').copy(bytes);
  const { sizeBytes, base64 } = fileOfBytes(bytes, file.name, file.contentType);
  return { ...file, sizeBytes, base64 };
}
