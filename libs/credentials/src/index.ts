export {
  readUserName,
  type UserNameFormat,
  userNameFormats,
  type UserNameOptions,
  type UserNameReading,
} from './user-name.js';
export { type LoginNames, loginNamesOf, type LoginSettings } from './login-names.js';
