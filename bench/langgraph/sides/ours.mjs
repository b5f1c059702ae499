// @ts-check
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBSaver } from 'session-guard/langgraph/dynamodb';
import { clientConfig, countRequests } from './dynamodb.mjs';

/** @returns {Promise<import('./side.d.ts').Side>} */
export async function openOurs() {
  const client = new DynamoDBClient(clientConfig);
  const saver = new DynamoDBSaver({ client, table: `bench-${process.pid}` });
  await saver.setUp();
  const counts = countRequests(client);
  return { name: 'session-guard', saver, counts, close: async () => client.destroy() };
}
