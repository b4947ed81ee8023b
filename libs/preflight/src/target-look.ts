import { asMigrationError, type MigrationError } from '@sterna/domain';
import { type FolderForecast, forecastEmptyMailbox } from '@sterna/exchange';
import type { CheckTargets } from './check-targets.js';
import type { MailboxCheck } from './mailbox-check.js';
import type { SurveyedFolder } from './source-survey.js';

/** Exchange Online limits: messages per mailbox folder. */
const messagesPerFolder = 1_000_000;
const shownRenames = 1_000;

/** What was seen of a target mailbox. */
export interface TargetLook {
  error: MigrationError | null;
  roundTripMs: number;
  /** Messages that the target folders hold. */
  messages: number;
  fullFolders: string[];
  renamedCount: number;
  renamed: MailboxCheck['renamed'];
}

/** Looks up a target mailbox and where the folders would go; never throws what concerns the mailbox alone. */
export async function lookAtTarget(
  targets: CheckTargets,
  user: { tenantId: string; emailAddress: string },
  folders: readonly SurveyedFolder[],
  signal: AbortSignal,
): Promise<TargetLook> {
  try {
    const found = await targets.forecast(user, folders, signal);
    return { error: null, roundTripMs: Math.ceil(found.roundTripMs), ...summaryOf(folders, found.folders) };
  } catch (error) {
    const forecast = await forecastEmptyMailbox(folders);
    return { error: asMigrationError(error), roundTripMs: 0, ...summaryOf(folders, forecast) };
  }
}

function summaryOf(folders: readonly SurveyedFolder[], forecasts: readonly FolderForecast[]) {
  const places = new Map<string, { there: number; coming: number }>();
  forecasts.forEach(({ targetPath, messagesThere }, index) => {
    if (targetPath === null) return;
    const place = places.get(targetPath) ?? { there: messagesThere ?? 0, coming: 0 };
    place.coming += folders[index]?.messages ?? 0;
    places.set(targetPath, place);
  });
  const full = [...places].filter(([, { there, coming }]) => there + coming > messagesPerFolder);
  const renamed = renamesOf(forecasts);
  return {
    messages: [...places.values()].reduce((sum, { there }) => sum + there, 0),
    fullFolders: full.map(([path]) => path),
    renamedCount: renamed.length,
    renamed: renamed.slice(0, shownRenames),
  };
}

/** Folders whose own name changes; those below one only because of it are not repeated. */
function renamesOf(forecasts: readonly FolderForecast[]): MailboxCheck['renamed'] {
  const targetOf = new Map(forecasts.map(({ path, targetPath }) => [path.join('\0'), targetPath]));
  return forecasts.flatMap(({ path, targetPath, repairs }) => {
    if (targetPath === null || repairs.length === 0) return [];
    const parent = targetOf.get(path.slice(0, -1).join('\0'));
    if (targetPath === `${parent ?? ''}/${path.at(-1) ?? ''}`) return [];
    return [{ from: path.join('/'), to: targetPath, repairs }];
  });
}
