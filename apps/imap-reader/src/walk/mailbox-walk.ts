import type { MigrationError } from '@sterna/domain';
import { FolderFaults } from './folder-faults.js';
import { FolderReading } from './folder-reading.js';
import { type FolderWork, MailboxSurvey } from './mailbox-survey.js';
import { SavedFolders } from './saved-folders.js';
import { SeenMessages } from './seen-messages.js';
import type { WalkParts } from './walk-parts.js';

/**
 * Walks a source mailbox: first all folders and UIDs, then the content of what the ledger lacks, the inbox and
 * the newest messages first.
 * @returns the fault of the folders that could not be read, or null
 * @throws MigrationError that spoils the whole pass, or `cancelled` when the signal was aborted
 */
export async function walkMailbox(parts: WalkParts): Promise<MigrationError | null> {
  const { order, store, logger } = parts;
  const saved = await SavedFolders.load(store, order.pass);
  const faults = new FolderFaults(logger);
  const survey = new MailboxSurvey(parts, saved, faults);
  const work = await survey.run();
  const seen = await SeenMessages.load(store, order.pass.pairId, {
    isByLabels: survey.hasLabels && !order.copyPerLabel,
    uses: survey.uses,
  });
  logger.info({ folders: work.length, messages: countOf(work) }, 'the mailbox is surveyed');
  let room = Math.max(0, order.batch.maxItems - saved.migrated());
  for (const folder of work) {
    try {
      const present = await presentWork(parts, survey, folder);
      if (present !== null) room -= await FolderReading.read({ ...parts, seen, room }, present);
    } catch (error) {
      faults.note(folder.path, error);
    }
  }
  return faults.summary();
}

/** Opens a folder; what is to do in it is planned again if its UIDs are void since it was surveyed. */
async function presentWork(
  parts: WalkParts,
  survey: MailboxSurvey,
  folder: FolderWork,
): Promise<FolderWork | null> {
  const { uidValidity } = await parts.session.openFolder(folder.rawName);
  return uidValidity === folder.uidValidity ? folder : survey.again(folder);
}

function countOf(work: readonly FolderWork[]): number {
  return work.reduce((sum, folder) => sum + folder.toDo.length, 0);
}
