import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { dynamoBackend } from '../../../../src/store/dynamodb/index.ts';
import { memoryBackend, type SessionBackend } from '../../../../src/store/index.ts';
import { mongoBackend } from '../../../../src/store/mongodb/index.ts';
import { redisBackend } from '../../../../src/store/redis/index.ts';
import { dynamoEndpoint, redisUrl, replicaSetUri } from '../../../setup/servers.ts';

export interface OpenBackend {
  readonly backend: SessionBackend;
  close(): Promise<void>;
}

const own = () => `framework_${randomBytes(6).toString('hex')}`;

/** A place of its own on each kind of server that the tests share. */
export const backends: Readonly<Record<string, () => Promise<OpenBackend>>> = {
  memory: async () => ({ backend: memoryBackend(), close: async () => {} }),

  async redis() {
    const client = createClient({ url: await redisUrl() });
    client.on('error', () => {});
    await client.connect();
    return { backend: redisBackend(client, { keyPrefix: `${own()}:` }), close: async () => client.destroy() };
  },

  async mongodb() {
    const client = new MongoClient(replicaSetUri());
    const db = client.db(own());
    const close = async () => {
      await db.dropDatabase();
      await client.close();
    };
    return { backend: mongoBackend(db.collection('sessions')), close };
  },

  async dynamodb() {
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    const client = new DynamoDBClient({ endpoint: await dynamoEndpoint(), region: 'local', credentials });
    return { backend: dynamoBackend(client, { table: own() }), close: async () => client.destroy() };
  },
};
