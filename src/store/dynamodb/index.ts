export type { DynamoClient } from '../../dynamodb/connection.ts';
export { dynamoBackend } from './dynamo-backend.ts';
export type { DynamoBackendOptions } from './options.ts';
