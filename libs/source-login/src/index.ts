export type { OAuthProvider, OAuthSettings } from './oauth-settings.js';
export type { LoginEndpoint, LoginRequest, PasswordCell, SourceAccount } from './source-account.js';
export { type SecretCabinet, storedAccount, type StoredUser } from './stored-account.js';
export { clientSecret, googleSecret, SourceLogins } from './source-logins.js';
export { type GoogleKey, readGoogleKey } from './tokens/google-key.js';
export type { PasswordRequest, PasswordStore } from './passwords/password-store.js';
export { createPasswordStore, passwordStoreVariables } from './passwords/store-configuration.js';
