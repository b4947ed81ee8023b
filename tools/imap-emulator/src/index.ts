export { type ReceivedCommand, textOf } from './command-line.js';
export {
  type EmulatedConnection,
  type EmulatedLogin,
  ImapEmulator,
  type ImapEmulatorOptions,
  type Reaction,
} from './imap-emulator.js';
export { type EmulatedFolder, type EmulatedMessage, emulatedMessage } from './mailbox.js';
