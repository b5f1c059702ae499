import type { DynamoClient } from '../../dynamodb/connection.ts';
import { invalidArgument, invalidOption } from '../../errors/errors.ts';

export interface DynamoBackendOptions {
  /** The name of the table that the sessions are in: theirs alone. 3 to 255 characters: letters, digits, `_`, `-` and `.`. */
  readonly table: string;
}

const tableName = /^[\w.-]{3,255}$/;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION */
export function checkOptions(options: DynamoBackendOptions): DynamoBackendOptions {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null)
    throw invalidOption(
      "dynamoBackend needs the name of a table: dynamoBackend(client, { table: 'sessions' }).",
    );
  const stray = Object.keys(given).find(name => name !== 'table');
  if (stray !== undefined) throw invalidOption(`dynamoBackend has no option '${stray}'. Its option: table.`);
  const { table } = options;
  if (typeof table !== 'string' || !tableName.test(table))
    throw invalidOption(
      "The option 'table' of dynamoBackend must be a table's name: 3 to 255 letters, digits, '_', '-' or '.'.",
    );
  return { table };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function checkClient(client: DynamoClient): DynamoClient {
  const given: unknown = client;
  const isClient =
    typeof given === 'object' && given !== null && 'send' in given && typeof given.send === 'function';
  if (!isClient)
    throw invalidArgument(
      'dynamoBackend needs a client of version 3 of the AWS SDK: new DynamoDBClient({ region }) of @aws-sdk/client-dynamodb.',
    );
  return client;
}
