import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Item } from './items.ts';

/** True for a service error with this name; there may be several copies of its classes in a process. */
export function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}

export interface Refused {
  /** The stored item, if the command asked for it. */
  readonly item: Item | undefined;
  /** The number of attempts of the client: if more than one, the first attempt may have been done. */
  readonly tries: number;
}

/** @returns undefined for any error except that of a failed condition */
export function refusedBy(error: unknown): Refused | undefined {
  if (!isNamed(error, ConditionalCheckFailedException.name)) return undefined;
  const { Item: item, $metadata } = error as ConditionalCheckFailedException;
  return { item, tries: $metadata.attempts ?? 1 };
}

/** With these errors the service says that it has not started the command. */
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

/** The server was not reached. */
const codes: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** True if the error of an attempt means that the attempt has done nothing. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return names.has(error.name) || ('code' in error && codes.has(error.code));
}
