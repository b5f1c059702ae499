/** By these the service says that it has not begun. */
const names: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'ItemCollectionSizeLimitExceededException',
  'LimitExceededException',
  'MissingAuthenticationTokenException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
  'SerializationException',
  'ThrottlingException',
  'TransactionConflictException',
  'UnrecognizedClientException',
  'ValidationException',
]);

/** Nobody was reached. */
const codes: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether an error of one try says that it has done nothing. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return names.has(error.name) || ('code' in error && codes.has(error.code));
}
