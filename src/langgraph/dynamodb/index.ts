export { SessionGuardError } from '../../errors/errors.ts';
export { DynamoDBSaver } from './dynamodb-saver.ts';
export type { DynamoClient } from '../../dynamodb/connection.ts';
export type { DynamoDBSaverOptions } from './options/saver-options.ts';
export type { ProvisionedUnits, SetUpOptions } from './table/set-up.ts';
