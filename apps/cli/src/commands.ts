import type { Command } from './command-table.js';
import { batchCommands } from './commands/batch-commands.js';
import { endpointCommands } from './commands/endpoint-commands.js';
import { operatorCommands } from './commands/operator-commands.js';
import { userCommands } from './commands/user-commands.js';

/** The one table that both spellings, the help and the completion come from. */
export const commands: readonly Command[] = [
  ...endpointCommands,
  ...batchCommands,
  ...userCommands,
  ...operatorCommands,
];
