export { commands } from './commands.js';
export { exitCodes } from './exit-code.js';
