// @ts-check
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cacheFolder } from '../../../scripts/servers/support/cache-folder.mjs';
import { clientConfig, countRequests } from './dynamodb.mjs';

const NAME = '@rwai/langgraphjs-checkpoint-dynamodb';
const VERSION = '0.1.6';

/** @returns {Promise<import('./side.d.ts').Side>} */
export async function openPeer() {
  const { DynamoDBSaver } = createRequire(join(installed(), 'package.json'))(NAME);
  const [checkpointsTableName, writesTableName] = [`peer-${process.pid}`, `peer-writes-${process.pid}`];
  const client = new DynamoDBClient(clientConfig);
  await createTable(client, checkpointsTableName, ['thread_id', 'checkpoint_id']);
  await createTable(client, writesTableName, ['thread_id_checkpoint_id_checkpoint_ns', 'task_id_idx']);
  client.destroy();
  const saver = new DynamoDBSaver({ clientConfig, checkpointsTableName, writesTableName });
  const counts = countRequests(saver.client);
  return { name: `${NAME} ${VERSION}`, saver, counts, close: async () => saver.client.destroy() };
}

/** It needs versions of LangGraph and TypeScript that are not compatible with the installed ones: so it has its own folder. */
function installed() {
  const folder = join(cacheFolder(), 'langgraph-peer');
  if (existsSync(join(folder, 'node_modules', NAME))) return folder;
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--legacy-peer-deps', '--no-audit', '--no-fund', '--prefix', folder];
  execFileSync('npm', ['install', ...options, `${NAME}@${VERSION}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}

/** @param {DynamoDBClient} client @param {string} table @param {readonly [string, string]} keys */
async function createTable(client, table, keys) {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      AttributeDefinitions: keys.map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}
