import { open } from 'node:fs/promises';
import type { MessageEndEnvelope, MessageEnvelope } from '@sterna/contracts';
import { asMigrationError, type MissedMessage, messageKey } from '@sterna/domain';
import type { TargetMailbox, WriteRequest, WriteResult } from '@sterna/exchange';
import type { LedgerWriter } from '@sterna/state';
import type { TargetFolders } from '../folders/target-folders.js';
import { bytesWritten, messagesRecorded } from '../metrics.js';
import type { ByteBudget } from './byte-budget.js';
import { missedMessage } from './missed-message.js';

/** A message that is here whole. */
export interface ArrivedMessage {
  envelope: MessageEnvelope | MessageEndEnvelope;
  content: WriteRequest['content'];
  /** It may have been written before: the target is asked first. */
  mayBeThere: boolean;
}

type Miss = Pick<MissedMessage, 'outcome' | 'reason' | 'explanation'>;

/** Brings messages into the target mailbox, each once, and records what became of each. */
export class MessageDelivery {
  constructor(
    private readonly parts: {
      mailbox: TargetMailbox;
      ledger: LedgerWriter;
      folders: TargetFolders;
      keepSubjects: boolean;
      /** Of all passes of this process: what waits on disk comes into memory by it. */
      budget: ByteBudget;
    },
  ) {}

  /**
   * Resolves when the outcome is saved. A message that has arrived before is left alone.
   * @throws MigrationError of the account or the service: the message is still to do then
   */
  async deliver(message: ArrivedMessage): Promise<void> {
    const { ledger } = this.parts;
    const { folderId, uidValidity, uid, sizeBytes, fingerprint } = message.envelope;
    const state = await ledger.stateOf(folderId, uidValidity, uid);
    if (state === 'migrated' || state === 'alreadyThere') return;
    const miss = await this.#write(message, state !== 'toDo' || message.mayBeThere);
    await ledger.record(folderId, uidValidity, {
      uid,
      outcome: miss === null ? 'migrated' : miss.outcome,
      fingerprint: Buffer.from(fingerprint, 'hex'),
      sizeBytes,
      missed: miss === null ? null : await this.#describe(message, miss),
    });
    const tenant = { 'sterna.tenant_id': message.envelope.tenantId };
    messagesRecorded.add(1, { ...tenant, outcome: miss === null ? 'migrated' : miss.outcome });
    if (miss === null) bytesWritten.add(sizeBytes, tenant);
  }

  /** Null when the message is in the target mailbox. */
  async #write({ envelope, content }: ArrivedMessage, mayBeThere: boolean): Promise<Miss | null> {
    const { mailbox, folders, budget } = this.parts;
    try {
      const folder = await folders.find(envelope.folderId);
      if (folder.kind === 'refused') return refused(folder.explanation);
      const key = messageKey(envelope.folderId, envelope.uidValidity, envelope.uid);
      if (mayBeThere && (await this.#isThere(folder.targetFolderId, key))) return null;
      const { flags, labels = [], internalDate } = envelope;
      const received = new Date(internalDate);
      const request = {
        folderId: folder.targetFolderId,
        content,
        flags,
        labels,
        internalDate: received,
        key,
      };
      const write = () => mailbox.writeMessage(request);
      return missOf(await (content.kind === 'file' ? budget.with(envelope.sizeBytes, write) : write()));
    } catch (error) {
      const found = asMigrationError(error);
      if (found.scope !== 'message' && found.scope !== 'folder') throw error;
      if (found.code === 'targetFolderFull') {
        return { outcome: 'failed', reason: 'targetFull', explanation: found.message };
      }
      return refused(found.message);
    }
  }

  /** A message whose files did not all arrive is removed, to be written anew. */
  async #isThere(targetFolderId: string, key: string): Promise<boolean> {
    const { mailbox } = this.parts;
    const found = await mailbox.findByKey(targetFolderId, key);
    if (found === null) return false;
    if (!found.isComplete) await mailbox.removeIncomplete(found.itemId);
    return found.isComplete;
  }

  async #describe({ envelope, content }: ArrivedMessage, miss: Miss): Promise<MissedMessage> {
    const start = content.kind === 'memory' ? content.bytes : await startOf(content.path);
    const { uid, sizeBytes, internalDate } = envelope;
    return missedMessage({ uid, sizeBytes, internalDate, start }, miss, this.parts.keepSubjects);
  }
}

function refused(explanation: string): Miss {
  return { outcome: 'failed', reason: 'refusedByTarget', explanation };
}

function missOf(result: WriteResult): Miss | null {
  if (result.kind === 'written') return null;
  const { reason, explanation } = result;
  return { outcome: reason === 'tooLarge' ? 'skipped' : 'failed', reason, explanation };
}

async function startOf(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(256 * 1024) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
