export { createKeyring, type Keyring, KeyringError } from './keyring.js';
export { openSecret, rewrapSecret, type SealedSecret, sealSecret } from './sealed-secret.js';
