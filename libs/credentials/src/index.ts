export {
  readUserName,
  type UserNameFormat,
  userNameFormats,
  type UserNameOptions,
  type UserNameReading,
} from './user-name.js';
