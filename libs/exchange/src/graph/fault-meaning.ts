/** What a refusal of Graph means for the work at hand; `outcomeUnknown` may have been carried out, or may be soon. */
export const faultMeanings = [
  'outcomeUnknown',
  'itemMissing',
  'folderExists',
  'tooLarge',
  'refused',
  'mailboxMissing',
  'mailboxNotEnabled',
  'mailboxFull',
  'folderFull',
  'forbidden',
  'signInRefused',
] as const;
export type FaultMeaning = (typeof faultMeanings)[number];

/**
 * Codes count before statuses: Graph answers the same code with more than one status (ErrorFolderExists with 400
 * and with 409, for one). The codes are those of "ResponseCode" in the Exchange Web Services reference, which
 * Graph hands through for mail, and those of "Microsoft Graph error responses".
 */
const byCode: ReadonlyMap<string, FaultMeaning> = new Map([
  ...meaning('folderExists', ['ErrorFolderExists']),
  ...meaning('itemMissing', ['ErrorItemNotFound', 'ErrorFolderNotFound', 'ErrorParentFolderNotFound']),
  ...meaning('tooLarge', [
    'ErrorMessageSizeExceeded',
    'ErrorAttachmentSizeLimitExceeded',
    'ErrorExceededMaximumRequestLength',
    'RequestEntityTooLarge',
    'MaximumRequestLengthExceeded',
  ]),
  ...meaning('mailboxMissing', [
    'ErrorInvalidUser',
    'ErrorNonExistentMailbox',
    'ErrorMailboxNotFound',
    'Request_ResourceNotFound',
  ]),
  // Graph answers the one or the other for the same user (issue 4341 of microsoft-graph-docs-contrib)
  ...meaning('mailboxNotEnabled', [
    'MailboxNotEnabledForRESTAPI',
    'MailboxNotSupportedForRESTAPI',
    'MailboxNotHostedInExchangeOnline',
    'ResourceNotFound',
  ]),
  ...meaning('mailboxFull', ['ErrorQuotaExceeded', 'ErrorInsufficientStorage']),
  ...meaning('folderFull', [
    'ErrorMessagePerFolderCountReceiveQuotaExceeded',
    'ErrorFolderHierarchyChildrenCountReceiveQuotaExceeded',
    'ErrorFolderHierarchyDepthReceiveQuotaExceeded',
    'ErrorFoldersCountReceiveQuotaExceeded',
  ]),
  ...meaning('forbidden', ['ErrorAccessDenied', 'Authorization_RequestDenied', 'AccessDenied', 'Forbidden']),
  ...meaning('signInRefused', ['InvalidAuthenticationToken', 'CompactToken validation failed']),
  ...meaning('outcomeUnknown', [
    'ErrorServerBusy',
    'ErrorTimeoutExpired',
    'ErrorMailboxStoreUnavailable',
    'ErrorMailboxMoveInProgress',
    'ErrorMailboxFailover',
    'ErrorConnectionFailed',
    'ErrorInternalServerTransientError',
    'ErrorTooManyObjectsOpened',
    'ErrorIrresolvableConflict',
    'ErrorSaveConflict',
    'UnknownError',
  ]),
]);

const byStatus: ReadonlyMap<number, FaultMeaning> = new Map([
  [0, 'outcomeUnknown'],
  [401, 'signInRefused'],
  [403, 'forbidden'],
  [404, 'itemMissing'],
  [408, 'outcomeUnknown'],
  [409, 'outcomeUnknown'],
  [410, 'itemMissing'],
  [412, 'outcomeUnknown'],
  [413, 'tooLarge'],
  [423, 'outcomeUnknown'],
  [429, 'outcomeUnknown'],
  [507, 'mailboxFull'],
]);

/** The meaning of a refusal; status 0 is a lost answer. A 4xx of no known code is a refusal of what was sent. */
export function meaningOf(fault: { status: number; code: string }): FaultMeaning {
  const known = byCode.get(fault.code) ?? byStatus.get(fault.status);
  if (known !== undefined) return known;
  return fault.status >= 400 && fault.status < 500 ? 'refused' : 'outcomeUnknown';
}

function meaning(result: FaultMeaning, codes: readonly string[]): [string, FaultMeaning][] {
  return codes.map((code) => [code, result]);
}
