import type { Command } from './command-table.js';
import { checkCommands } from './commands/batch-check.js';
import { reportCommands } from './commands/batch-report.js';
import { batchSettingCommands } from './commands/batch-settings.js';
import { batchCommands } from './commands/batch-commands.js';
import { endpointCommands } from './commands/endpoint-commands.js';
import { configCommands } from './commands/config-commands.js';
import { operatorCommands } from './commands/operator-commands.js';
import { userStatisticsCommands } from './commands/user-statistics.js';
import { userCommands } from './commands/user-commands.js';

/** The one table that both spellings, the help and the completion come from. */
export const commands: readonly Command[] = [
  ...endpointCommands,
  ...batchSettingCommands,
  ...batchCommands,
  ...checkCommands,
  ...reportCommands,
  ...userCommands,
  ...userStatisticsCommands,
  ...configCommands,
  ...operatorCommands,
];
