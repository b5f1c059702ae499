import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MongoClient } from 'mongodb';
import { dynamoBackendAt } from '../../../../src/store/dynamodb/dynamo-backend.ts';
import { settableTime } from '../../../../src/store/dynamodb/store-time.ts';
import { memoryBackend } from '../../../../src/store/index.ts';
import { mongoBackend } from '../../../../src/store/mongodb/index.ts';
import { redisBackend } from '../../../../src/store/redis/index.ts';
import { dynamoEndpoint, redisUrl, replicaSetUri } from '../../../setup/servers.ts';
import { nodeRedis } from '../../redis/support/clients.ts';
import { ageMongo } from '../../support/age.ts';
import type { OpenBackend } from './backends.ts';

export interface AgingBackend extends OpenBackend {
  /** So much time passes for what is stored: by its clock, or in its stored times. */
  pass(ms: number): unknown;
}

const own = () => `aging_${randomBytes(6).toString('hex')}`;

function settableClock() {
  let now = Date.now();
  return {
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
  };
}

/** A place of its own on each kind of server that the tests share, for which weeks pass in a moment. */
export const agingBackends: Readonly<Record<string, () => Promise<AgingBackend>>> = {
  async memory() {
    const clock = settableClock();
    return { backend: memoryBackend(clock), pass: ms => clock.pass(ms), close: async () => {} };
  },

  async redis() {
    const { client, age, close } = await nodeRedis(await redisUrl());
    const keyPrefix = `${own()}:`;
    const pass = (ms: number) => age?.(keyPrefix, ms);
    return { backend: redisBackend(client, { keyPrefix }), pass, close: async () => close() };
  },

  async mongodb() {
    const client = new MongoClient(replicaSetUri());
    const db = client.db(own());
    const sessions = db.collection('sessions');
    const close = async () => {
      await db.dropDatabase();
      await client.close();
    };
    return { backend: mongoBackend(sessions), pass: ms => ageMongo(sessions, ms), close };
  },

  async dynamodb() {
    const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
    const client = new DynamoDBClient({ endpoint: await dynamoEndpoint(), region: 'local', credentials });
    const clock = settableClock();
    const backend = dynamoBackendAt(settableTime(clock), client, { table: own() });
    return { backend, pass: ms => clock.pass(ms), close: async () => client.destroy() };
  },
};
