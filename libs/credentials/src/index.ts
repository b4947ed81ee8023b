export {
  readUserName,
  type UserNameFormat,
  userNameFormats,
  type UserNameOptions,
  type UserNameReading,
} from './user-name.js';
export { type LoginNames, loginNamesOf, type LoginSettings } from './login-names.js';
export {
  type PasswordLogin,
  type SourceLogin,
  type TokenLogin,
  type TokenMechanism,
  tokenMechanisms,
} from './source-login.js';
