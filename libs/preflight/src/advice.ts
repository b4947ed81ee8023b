import type { ErrorCode } from '@sterna/domain';

/** What an administrator does about an error, in a sentence; docs/errors.md has more. */
const advice: Partial<Record<ErrorCode, string>> = {
  sourceHostUnknown: 'Correct RemoteServer of the endpoint.',
  sourceUnreachable: 'Check port and firewall; sterna server test shows the step that fails.',
  sourceTimeout: 'The server is overloaded or a firewall drops packets; check again later.',
  sourceTlsRefused: 'Check Security and Port of the endpoint.',
  sourceCertificateRefused:
    'Use the name that the certificate carries, or give the endpoint its CA certificate.',
  sourceLoginRefused:
    'Correct UserName and Password with sterna batch set --csv, then check with --only-failed.',
  sourceTooManyConnections: 'Raise the limit of connections at the server.',
  sourceThrottled: 'The server asked for a pause; check again later.',
  sourceRootMissing: 'Correct UserRoot; the message names what there is.',
  targetSignInRefused: 'Check tenant id, client id and client secret of the target: sterna target set.',
  targetForbidden:
    'Grant and consent to Mail.ReadWrite, or put the mailbox into the scope of the application.',
  targetMailboxMissing: 'Create the user with a licence, or correct EmailAddress.',
  targetMailboxNotEnabled: 'Assign a licence with Exchange Online, or restore or move the mailbox.',
  targetUnavailable: 'Look at the service health of Microsoft 365; check again later.',
  largeItemLimitExceeded: 'Raise LargeItemLimit or LargeItemLimitBytes of the batch.',
  secretUnreadable: 'Give the passwords again with sterna batch set --csv.',
};

/** @returns a sentence, for every code */
export function adviceOf(code: ErrorCode): string {
  return advice[code] ?? 'docs/errors.md explains it.';
}
