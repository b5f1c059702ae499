import { isNamed } from '../../../dynamodb/errors.ts';
import { docsAddress } from '../../../errors/docs-address.ts';
import { setUpFailed } from '../errors.ts';

/**
 * Returns an error of the client unchanged; if only a change of the set-up can fix it, the error says which change.
 * @param doing the action in the words of a message: `'reading a checkpoint'`
 */
export function explain(error: unknown, table: string, doing: string): unknown {
  const text = remedy(error, table, doing);
  return text === undefined ? error : setUpFailed(text, error);
}

function remedy(error: unknown, table: string, doing: string): string | undefined {
  if (isNamed(error, 'ResourceNotFoundException'))
    return `There is no table '${table}' where the client looks for it (its region, account and endpoint). Call setUp() once, or run the commands that setUpCommands() gives.`;
  if (isNamed(error, 'AccessDeniedException'))
    return `The application may not do what ${doing} needs on the table '${table}'. The cause names the missing right; ${docsAddress('docs/langgraph-dynamodb.md')} has the whole policy.`;
  if (isAboutKeys(error))
    return `The table '${table}' has other keys than a DynamoDBSaver needs. Keys cannot be changed: name another table, and call setUp().`;
  if (isNamed(error, 'CredentialsProviderError') || isNamed(error, 'UnrecognizedClientException'))
    return `The client has no credentials that DynamoDB takes, so ${doing} failed. The cause says what was tried.`;
  if (error instanceof Error && error.message.startsWith('Region is missing'))
    return 'The client has no region: new DynamoDBClient({ region }), or the variable AWS_REGION.';
  return undefined;
}

/** Sizes of keys are checked before: so the table has other keys. */
function isAboutKeys(error: unknown): boolean {
  if (isNamed(error, 'ValidationException')) return /\bkeys?\b/i.test(error.message);
  return isNamed(error, 'TransactionCanceledException') && error.message.includes('ValidationError');
}
