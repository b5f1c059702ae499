import { longestTimerMS } from '../../../platform/time/clock.ts';
import { checkOptions, type OptionChecks } from '../../../platform/options/check-options.ts';
import {
  aBoolean,
  between,
  checkFor,
  hasMethods,
  wholeAtLeast,
  withMethods,
} from '../../../platform/options/checks.ts';
import type { DynamoDBSaverOptions } from './saver-options.ts';
import type { DynamoClient } from '../../../dynamodb/connection.ts';

/** The options, with all defaults. */
export interface Settings {
  readonly client: DynamoClient;
  readonly table: string;
  readonly keyPrefix: string;
  readonly ttlSeconds: number | undefined;
  readonly strict: boolean;
  readonly fenceSeconds: number;
  readonly timeoutMS: number;
}

const tableName = /^(?:[\w.-]{3,255}|arn:.+)$/;

const checks: OptionChecks<DynamoDBSaverOptions> = {
  client: checkFor('a DynamoDBClient, or a DynamoDBDocumentClient', value => hasMethods(value, ['send'])),
  table: checkFor(
    'the name of a table (3 to 255 of a–z, A–Z, 0–9, _, - and .) or its ARN',
    value => typeof value === 'string' && tableName.test(value),
  ),
  keyPrefix: checkFor('a well-formed text', value => typeof value === 'string' && value.isWellFormed()),
  ttlSeconds: wholeAtLeast(60, 'seconds'),
  strict: aBoolean,
  fenceSeconds: wholeAtLeast(3600, 'seconds'),
  timeoutMS: between(100, longestTimerMS, 'milliseconds'),
  serde: withMethods('a serializer', ['dumpsTyped', 'loadsTyped']),
};

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and its valid values */
export function checkSaverOptions(options: unknown): Settings {
  const given = checkOptions(options, 'DynamoDBSaver', checks, {
    needs: "DynamoDBSaver needs options: new DynamoDBSaver({ client, table: 'checkpoints' }).",
    required: ['client', 'table'],
  });
  return {
    client: given.client,
    table: given.table,
    keyPrefix: given.keyPrefix ?? '',
    ttlSeconds: given.ttlSeconds,
    strict: given.strict ?? false,
    fenceSeconds: given.fenceSeconds ?? 2_592_000,
    timeoutMS: given.timeoutMS ?? 10_000,
  };
}
