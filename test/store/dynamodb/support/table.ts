import { randomBytes } from 'node:crypto';
import {
  CreateTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { SessionBackend } from '../../../../src/store/index.ts';

/** A client of a server that takes any region and credentials. */
export function clientOf(endpoint: string, config: DynamoDBClientConfig = {}): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials, ...config });
}

export function newTableName(): string {
  return `sessions-${randomBytes(6).toString('hex')}`;
}

/** A table for sessions without TTL: DynamoDB Local removes what has expired within a second, and hides who reads it. */
export async function tableWithoutTTL(client: DynamoDBClient): Promise<string> {
  const TableName = newTableName();
  const command = new CreateTableCommand({
    TableName,
    AttributeDefinitions: ['pk', 'sk'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await client.send(command);
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
  return TableName;
}

/** One that takes its table as it is. */
export function withoutSetUp(backend: SessionBackend): SessionBackend {
  return Object.assign(backend, { setUp: async () => {} });
}
