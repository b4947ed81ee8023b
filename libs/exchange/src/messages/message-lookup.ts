import { z } from 'zod';
import { faultError, protocolError } from '../graph/fault-error.js';
import { meaningOf } from '../graph/fault-meaning.js';
import type { GraphConnection, RequestCount } from '../graph/graph-connection.js';
import { property, propertyIds } from './extended-property.js';

/** A message that carries a key of Sterna's. */
export interface FoundMessage {
  itemId: string;
  /** Whether all its attachments have arrived. */
  isComplete: boolean;
}

const found = z.object({
  id: z.string().min(1),
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: z.string() })).default([]),
});
const foundPage = z.object({ value: z.array(found), '@odata.nextLink': z.string().optional() });
const attachmentPage = z.object({
  value: z.array(z.object({ id: z.string() })),
  '@odata.nextLink': z.string().optional(),
});

/** Looks for messages by Sterna's key, and takes away those that were not finished. */
export class MessageLookup {
  readonly #connection: GraphConnection;
  readonly #userPath: string;

  constructor(connection: GraphConnection, userPath: string) {
    this.#connection = connection;
    this.#userPath = userPath;
  }

  messagePath(itemId: string): string {
    return `${this.#userPath}/messages/${encodeURIComponent(itemId)}`;
  }

  /**
   * The message of a key anywhere in the mailbox; of several a complete one. Null where there is none.
   * @throws MigrationError of the account
   */
  async find(key: string, count?: RequestCount): Promise<FoundMessage | null> {
    const options = new URLSearchParams({
      $filter: `singleValueExtendedProperties/Any(ep: ep/id eq '${propertyIds.key}' and ep/value eq '${quoted(key)}')`,
      $expand: `singleValueExtendedProperties($filter=id eq '${propertyIds.incomplete}')`,
      $select: 'id',
      $top: '50',
    });
    let best: FoundMessage | null = null;
    let path: string | undefined = `${this.#userPath}/messages?${options.toString().replaceAll('+', '%20')}`;
    while (path !== undefined && best?.isComplete !== true) {
      const answer = await this.#connection.send({ method: 'GET', path, ...(count && { count }) });
      if (answer.kind === 'fault') throw faultError(answer, 'looking for a message');
      const page = foundPage.safeParse(answer.body);
      if (!page.success) throw protocolError('looking for a message', page.error);
      const messages = page.data.value.map(readFound);
      best = messages.find((each) => each.isComplete) ?? best ?? messages[0] ?? null;
      path = page.data['@odata.nextLink'];
    }
    return best;
  }

  /** How many attachments a message has; null when the message is gone. */
  async countAttachments(itemId: string, count?: RequestCount): Promise<number | null> {
    let total = 0;
    let path: string | undefined = `${this.messagePath(itemId)}/attachments?$select=id,name,size`;
    while (path !== undefined) {
      const answer = await this.#connection.send({ method: 'GET', path, ...(count && { count }) });
      if (answer.kind === 'fault') {
        if (meaningOf(answer) === 'itemMissing') return null;
        throw faultError(answer, 'listing the attachments of a message');
      }
      const page = attachmentPage.safeParse(answer.body);
      if (!page.success) throw protocolError('listing the attachments of a message', page.error);
      total += page.data.value.length;
      path = page.data['@odata.nextLink'];
    }
    return total;
  }

  /**
   * Deletes a message that was not finished. First it loses its key: a delete only moves it to Deleted Items, where
   * it must not be taken for the message. What is gone already is fine.
   * @throws MigrationError of the account
   */
  async remove(itemId: string, count?: RequestCount): Promise<void> {
    const path = this.messagePath(itemId);
    const counted = count === undefined ? {} : { count };
    const body = { singleValueExtendedProperties: [property(propertyIds.key, 'removed')] };
    for (const request of [
      { method: 'PATCH', path, body, ...counted } as const,
      // into Deleted Items, and out of it again; an immutable id stays the same
      { method: 'DELETE', path, ...counted } as const,
      { method: 'DELETE', path, ...counted } as const,
    ]) {
      const answer = await this.#connection.send(request);
      if (answer.kind === 'success') continue;
      if (meaningOf(answer) === 'itemMissing') return;
      throw faultError(answer, 'removing an unfinished message');
    }
  }
}

function readFound({ id, singleValueExtendedProperties }: z.infer<typeof found>): FoundMessage {
  const marker = singleValueExtendedProperties.find((each) => /SternaIncomplete$/.test(each.id));
  return { itemId: id, isComplete: marker === undefined || marker.value === '0' };
}

/** OData doubles a quote within a literal (OData 4.01 URL conventions, section 5.1.1.6). */
const quoted = (text: string): string => text.replaceAll("'", "''");
