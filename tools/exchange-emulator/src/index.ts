export { type ExchangeEmulator, startExchangeEmulator } from './emulator.js';
export type { Fault } from './fault.js';
export type { MailboxProvision } from './mailbox.js';
export type { EmulatorOptions } from './options.js';
export type { RegisteredApplication } from './sign-in.js';
export { documentedLimits, type ThrottleLimits } from './throttle.js';
