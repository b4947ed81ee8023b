export {
  type ApplicationCredentials,
  ApplicationSignIn,
  type ApplicationToken,
} from './application-sign-in.js';
export { readSecureUrl } from './secure-url.js';
export { readSignInFault, type SignInFault } from './sign-in-fault.js';
