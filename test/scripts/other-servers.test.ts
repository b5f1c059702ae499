import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { startDynamoDB } from '../../scripts/servers/dynamodb/dynamodb.mjs';
import { startPostgres } from '../../scripts/servers/postgres/postgres.mjs';
import { dynamoEndpoint, postgresUrl } from '../setup/servers.ts';

function tablesAt(endpoint: string) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials, maxAttempts: 1 });
  return client.send(new ListTablesCommand({})).finally(() => client.destroy());
}

async function versionAt(connectionString: string): Promise<string> {
  const client = new Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ version: string }>('select version()').finally(() => client.end());
  return String(rows[0]?.version);
}

test('a DynamoDB Local answers, and not after it is killed', async () => {
  await using server = await startDynamoDB();
  expect(await tablesAt(server.endpoint)).toMatchObject({ TableNames: [] });
  await server.kill();
  await expect(tablesAt(server.endpoint)).rejects.toThrow('ECONNREFUSED');
});

test('a PostgreSQL answers, and not after it is stopped, which may be twice', async () => {
  await using server = await startPostgres();
  expect(await versionAt(server.connectionString)).toContain('PostgreSQL');
  await server.stop();
  await expect(versionAt(server.connectionString)).rejects.toThrow('ECONNREFUSED');
});

test('the shared ones are the same at each question', async () => {
  const [first, second] = await Promise.all([dynamoEndpoint(), dynamoEndpoint()]);
  expect(second).toBe(first);
  expect(await tablesAt(first)).toHaveProperty('TableNames');
  expect(await versionAt(await postgresUrl())).toContain('PostgreSQL');
});
