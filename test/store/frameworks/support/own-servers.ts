import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { startDynamoDB } from '../../../../scripts/servers/dynamodb/dynamodb.mjs';
import { startStandalone } from '../../../../scripts/servers/mongodb/standalone.mjs';
import { startRedis } from '../../../../scripts/servers/redis/redis.mjs';
import { dynamoBackend } from '../../../../src/store/dynamodb/index.ts';
import { mongoBackend } from '../../../../src/store/mongodb/index.ts';
import { redisBackend } from '../../../../src/store/redis/index.ts';
import { closeQuietly } from '../../../real/support/side.ts';
import type { OpenBackend } from './backends.ts';

export interface OwnServer extends OpenBackend {
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
}

/** A server of each kind that a test may freeze and kill; `close` ends it, too. */
export const ownServers: Readonly<Record<string, () => Promise<OwnServer>>> = {
  async redis() {
    const server = await startRedis();
    const client = createClient({ url: server.url });
    client.on('error', () => {});
    await client.connect();
    const close = async () => {
      client.destroy();
      await server.stop();
    };
    return { ...server, backend: redisBackend(client), close };
  },

  async mongodb() {
    const server = await startStandalone();
    // A driver that has not noticed yet that its server is gone looks for one when it is closed.
    const client = new MongoClient(server.uri, { serverSelectionTimeoutMS: 1000 });
    const close = async () => {
      await closeQuietly(client);
      await server.stop();
    };
    return { ...server, backend: mongoBackend(client.db('shop').collection('sessions')), close };
  },

  async dynamodb() {
    const server = await startDynamoDB();
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'local', credentials });
    const close = async () => {
      client.destroy();
      await server.stop();
    };
    return { ...server, backend: dynamoBackend(client, { table: 'sessions' }), close };
  },
};
