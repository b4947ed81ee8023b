import { randomBytes } from 'node:crypto';
import { attach } from './attachment-append.js';
import { GraphError } from './graph-error.js';
import type { GraphResponse } from './graph-exchange.js';
import type { JsonObject } from './json.js';
import type { Mailbox } from './mailbox.js';
import type { StoredMessage } from './message.js';
import type { Spool, SpooledBytes } from './spool.js';

/** The attachment that a session is to make. */
export interface UploadPlan {
  applicationId: string;
  mailbox: Mailbox;
  message: StoredMessage;
  name: string;
  contentType: string | null;
  contentId: string | null;
  isInline: boolean;
  sizeBytes: number;
}

interface UploadSession extends UploadPlan {
  received: SpooledBytes;
  receivedBytes: number;
  expiresAtMs: number;
}

const maxRangeBytes = 4 * 1024 * 1024;
const lifetimeMs = 3 * 24 * 3600 * 1000;

/** Upload sessions of large attachments (Graph page "Attach large files to Outlook messages or events"). */
export class UploadSessions {
  private readonly sessions = new Map<string, UploadSession>();

  constructor(
    private readonly spool: Spool,
    private readonly maxMessageBytes: number,
    private readonly uploadOrigin: () => string,
  ) {}

  /** The body of the answer to createUploadSession. */
  start(plan: UploadPlan): JsonObject {
    const token = randomBytes(24).toString('base64url');
    const expiresAtMs = Date.now() + lifetimeMs;
    this.sessions.set(token, { ...plan, received: [], receivedBytes: 0, expiresAtMs });
    const path =
      `/api/v2.0/Users('${encodeURIComponent(plan.mailbox.userId)}')/Messages('${encodeURIComponent(plan.message.id)}')` +
      `/AttachmentSessions('${token}')?authtoken=${token}`;
    return {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.uploadSession',
      uploadUrl: `${this.uploadOrigin()}${path}`,
      expirationDateTime: new Date(expiresAtMs).toISOString(),
      nextExpectedRanges: ['0-'],
    };
  }

  /** The session of an upload URL. @throws GraphError 404 when it is unknown, used up or expired */
  find(url: URL): UploadSession {
    const session = this.sessions.get(url.searchParams.get('authtoken') ?? '');
    if (session === undefined || session.expiresAtMs < Date.now()) {
      throw new GraphError(404, 'ErrorItemNotFound', 'The upload session was not found.');
    }
    return session;
  }

  cancel(url: URL): void {
    this.find(url);
    this.sessions.delete(url.searchParams.get('authtoken') ?? '');
  }

  clear(): void {
    this.sessions.clear();
  }

  /**
   * Takes one range. In between 200 with nextExpectedRanges, at the end 201 with the Location of the attachment.
   * @throws GraphError 400 for a missing or false Content-Range, 413 over 4 MB, 416 out of order
   */
  put(url: URL, contentRange: string | undefined, bytes: Buffer): GraphResponse {
    const session = this.find(url);
    const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '') ?? [];
    const start = Number(from);
    if (
      from === undefined ||
      Number(to) - start + 1 !== bytes.length ||
      Number(total) !== session.sizeBytes
    ) {
      throw new GraphError(
        400,
        'ErrorInvalidParameter',
        `Content-Range '${contentRange ?? ''}' does not fit the content or the size of the attachment.`,
      );
    }
    if (bytes.length > maxRangeBytes)
      throw new GraphError(413, 'RequestEntityTooLarge', 'A range can be at most 4 MB.');
    if (start !== session.receivedBytes) {
      throw new GraphError(
        416,
        'ErrorInvalidRange',
        `The next expected range starts at ${session.receivedBytes}, not ${start}.`,
      );
    }
    session.received = [...session.received, ...this.spool.append(bytes)];
    session.receivedBytes += bytes.length;
    if (session.receivedBytes < session.sizeBytes) {
      const body = {
        expirationDateTime: new Date(session.expiresAtMs).toISOString(),
        nextExpectedRanges: [String(session.receivedBytes)],
      };
      return { status: 200, body };
    }
    return this.finish(url, session);
  }

  private finish(url: URL, session: UploadSession): GraphResponse {
    const id = session.mailbox.newId('AAMk');
    const { mailbox, message } = session;
    attach(
      { mailbox, message, maxMessageBytes: this.maxMessageBytes },
      {
        id,
        kind: 'file',
        name: session.name,
        contentType: session.contentType,
        isInline: session.isInline,
        contentId: session.contentId,
        contentLocation: null,
        sizeBytes: session.sizeBytes,
        lastModifiedMs: Date.now(),
        content: session.received,
        item: null,
      },
    );
    this.sessions.delete(url.searchParams.get('authtoken') ?? '');
    const owner = `${this.uploadOrigin()}/api/v2.0/Users('${mailbox.userId}')/Messages('${message.id}')`;
    return { status: 201, headers: { location: `${owner}/Attachments('${id}')` } };
  }
}
