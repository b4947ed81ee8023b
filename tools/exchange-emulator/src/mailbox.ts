import { randomBytes, randomUUID } from 'node:crypto';
import { type Folder, FolderTree } from './folder-tree.js';
import { GraphError, itemNotFound } from './graph-error.js';
import { contentSizeBytes, type StoredMessage } from './message.js';

/** How a mailbox is provisioned. */
export interface MailboxProvision {
  address: string;
  displayName?: string | undefined;
  /** Bytes; past it every write is answered 507 ErrorQuotaExceeded. Default 100 GiB. */
  quotaBytes?: number | undefined;
  /** A user without a mailbox is found by GET /users/{id} and refused by every mail request. */
  hasMailbox?: boolean | undefined;
  /** `denied`: a policy of the tenant (RBAC for Applications) keeps every application out of this mailbox. */
  access?: 'allowed' | 'denied' | undefined;
  /** Display names by well-known name, for a mailbox of another language. */
  folderNames?: Record<string, string> | undefined;
}

const defaultQuotaBytes = 100 * 1024 ** 3;
const messagesPerFolder = 1_000_000;

let lastChange = 0;

/** A change key that no other version of a message has. */
export function newChangeKey(): string {
  lastChange += 1;
  return `CQAAABYAAAA${lastChange.toString(36).padStart(9, '0')}`;
}

/** One user with a mailbox: folders, messages and the indexes that $filter uses. */
export class Mailbox {
  readonly address: string;
  readonly userId = randomUUID();
  readonly displayName: string;
  readonly hasMailbox: boolean;
  readonly isDenied: boolean;
  readonly folders: FolderTree;
  readonly messages = new Set<StoredMessage>();
  quotaBytes: number;
  usedBytes = 0;
  private readonly byId = new Map<string, StoredMessage>();
  private readonly byInternetMessageId = new Map<string, Set<StoredMessage>>();
  private readonly byProperty = new Map<string, Set<StoredMessage>>();
  private readonly idPrefix = randomBytes(36).toString('base64url');
  private lastId = 0;

  constructor(provision: MailboxProvision) {
    this.address = provision.address;
    this.displayName = provision.displayName ?? provision.address;
    this.quotaBytes = provision.quotaBytes ?? defaultQuotaBytes;
    this.hasMailbox = provision.hasMailbox ?? true;
    this.isDenied = provision.access === 'denied';
    this.folders = new FolderTree(() => this.newId('AAMk'), provision.folderNames);
  }

  /** An id in the shape of Exchange's: base64 in the URL alphabet, padded; 'AAMk' ordinary, 'AAkA' immutable. */
  newId(prefix: 'AAMk' | 'AAkA'): string {
    this.lastId += 1;
    return `${prefix}${this.idPrefix}${this.lastId.toString(36).padStart(11, 'A')}=`;
  }

  /** @throws GraphError 507 when the mailbox or the folder cannot take the message */
  refuseWhenFull(addedBytes: number, folder: Folder | null): void {
    if (this.usedBytes + addedBytes > this.quotaBytes) {
      throw new GraphError(507, 'ErrorQuotaExceeded', 'The mailbox has exceeded its maximum size.');
    }
    if (folder !== null && folder.messages.size >= messagesPerFolder) {
      throw new GraphError(
        507,
        'ErrorMessagePerFolderCountReceiveQuotaExceeded',
        'The folder has reached the maximum number of messages.',
      );
    }
  }

  /** @throws GraphError 404 ErrorItemNotFound, 400 ErrorInvalidIdMalformed */
  find(id: string): StoredMessage {
    const found = this.byId.get(id);
    if (found !== undefined) return found;
    if (!/^A[AQ]/.test(id)) throw new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
    throw itemNotFound();
  }

  add(message: StoredMessage): void {
    this.messages.add(message);
    this.usedBytes += message.sizeBytes;
    this.enterFolder(message);
    this.index(message);
  }

  remove(message: StoredMessage): void {
    this.unindex(message);
    this.leaveFolder(message);
    this.usedBytes -= message.sizeBytes;
    this.messages.delete(message);
  }

  /** Moves the message and gives it a new ordinary id, as Exchange does. */
  move(message: StoredMessage, to: Folder): void {
    this.leaveFolder(message);
    this.byId.delete(message.id);
    message.folder = to;
    message.id = this.newId('AAMk');
    this.byId.set(message.id, message);
    this.enterFolder(message);
  }

  /** Applies a change and keeps indexes, counts, size, time and change key right. */
  change(message: StoredMessage, apply: () => void): void {
    this.unindex(message);
    this.leaveFolder(message);
    this.usedBytes -= message.sizeBytes;
    try {
      apply();
      message.sizeBytes = contentSizeBytes(message);
      message.modifiedMs = Date.now();
      message.changeKey = newChangeKey();
    } finally {
      this.usedBytes += message.sizeBytes;
      this.enterFolder(message);
      this.index(message);
    }
  }

  withInternetMessageId(value: string): ReadonlySet<StoredMessage> {
    return this.byInternetMessageId.get(value.toLowerCase()) ?? new Set();
  }

  /** Values compare without regard to case (Graph page "singleValueLegacyExtendedProperty resource type"). */
  withProperty(normalId: string, value: string): ReadonlySet<StoredMessage> {
    return this.byProperty.get(`${normalId}\u0000${value.toLowerCase()}`) ?? new Set();
  }

  private enterFolder(message: StoredMessage): void {
    message.folder.messages.add(message);
    if (!message.isRead) message.folder.unreadCount += 1;
  }

  private leaveFolder(message: StoredMessage): void {
    message.folder.messages.delete(message);
    if (!message.isRead) message.folder.unreadCount -= 1;
  }

  private index(message: StoredMessage): void {
    this.byId.set(message.id, message);
    this.byId.set(message.immutableId, message);
    addTo(this.byInternetMessageId, message.internetMessageId.toLowerCase(), message);
    for (const key of propertyKeys(message)) addTo(this.byProperty, key, message);
  }

  private unindex(message: StoredMessage): void {
    this.byId.delete(message.id);
    this.byId.delete(message.immutableId);
    takeFrom(this.byInternetMessageId, message.internetMessageId.toLowerCase(), message);
    for (const key of propertyKeys(message)) takeFrom(this.byProperty, key, message);
  }
}

const indexedValueLength = 256;

/** Long values (original headers, for one) are found by a scan, not by the index. */
function propertyKeys(message: StoredMessage): string[] {
  const keys: string[] = [];
  for (const [id, { value }] of message.extendedProperties) {
    if (typeof value === 'string' && value.length <= indexedValueLength)
      keys.push(`${id}\u0000${value.toLowerCase()}`);
  }
  return keys;
}

function addTo(index: Map<string, Set<StoredMessage>>, key: string, message: StoredMessage): void {
  const found = index.get(key);
  if (found === undefined) index.set(key, new Set([message]));
  else found.add(message);
}

function takeFrom(index: Map<string, Set<StoredMessage>>, key: string, message: StoredMessage): void {
  const found = index.get(key);
  found?.delete(message);
  if (found?.size === 0) index.delete(key);
}
