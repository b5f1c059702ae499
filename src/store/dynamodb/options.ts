import type { DynamoClient } from '../../dynamodb/connection.ts';
import { invalidArgument } from '../../errors/errors.ts';
import { checkOptions, type OptionChecks } from '../../platform/options/check-options.ts';
import { checkFor, hasMethods } from '../../platform/options/checks.ts';

export interface DynamoBackendOptions {
  /** The name of the table. It must be used only for sessions. 3 to 255 characters: letters, digits, `_`, `-` and `.`. */
  readonly table: string;
}

const checks: OptionChecks<DynamoBackendOptions> = {
  table: checkFor(
    "the name of a table: 3 to 255 letters, digits, '_', '-' or '.'",
    value => typeof value === 'string' && /^[\w.-]{3,255}$/.test(value),
  ),
};

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION */
export function checkDynamoOptions(options: DynamoBackendOptions): DynamoBackendOptions {
  const needs = "dynamoBackend needs the name of a table: dynamoBackend(client, { table: 'sessions' }).";
  const { table } = checkOptions(options, 'dynamoBackend', checks, { needs, required: ['table'] });
  return { table };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function checkClient(client: DynamoClient): DynamoClient {
  if (!hasMethods(client, ['send']))
    throw invalidArgument(
      'dynamoBackend needs a client of version 3 of the AWS SDK: new DynamoDBClient({ region }) of @aws-sdk/client-dynamodb.',
    );
  return client;
}
