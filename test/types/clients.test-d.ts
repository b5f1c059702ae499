import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool, createCluster } from 'redis';
import { expectTypeOf, it } from 'vitest';
import { DynamoDBSaver } from '../../src/langgraph/dynamodb/index.ts';
import { dynamoBackend } from '../../src/store/dynamodb/index.ts';
import type { SessionBackend } from '../../src/store/index.ts';
import { redisBackend } from '../../src/store/redis/index.ts';

it('`redisBackend` takes the clients of `redis` and of `ioredis`', () => {
  expectTypeOf(redisBackend(createClient())).toEqualTypeOf<SessionBackend>();
  redisBackend(createClientPool(), { layout: 'hash' });
  redisBackend(createCluster({ rootNodes: [] }), { durability: 'replicated', replicas: 1 });
  redisBackend(new Redis({ lazyConnect: true }), { layout: 'string' });
  redisBackend(new Cluster([], { lazyConnect: true }));
  // @ts-expect-error no such layout
  redisBackend(createClient(), { layout: 'list' });
  // @ts-expect-error no client
  redisBackend('redis://127.0.0.1');
});

it('`dynamoBackend` takes a client of the SDK, and needs a table', () => {
  expectTypeOf(dynamoBackend(new DynamoDBClient(), { table: 'sessions' })).toEqualTypeOf<SessionBackend>();
  // @ts-expect-error no table
  dynamoBackend(new DynamoDBClient(), {});
});

it('`DynamoDBSaver` is a checkpointer of LangGraph', () => {
  const saver = new DynamoDBSaver({ client: new DynamoDBClient(), table: 'checkpoints', ttlSeconds: 3600 });
  expectTypeOf(saver).toExtend<BaseCheckpointSaver>();
  expectTypeOf(saver.setUp()).toEqualTypeOf<Promise<void>>();
  // The unit is in the name of the option.
  expectTypeOf<ConstructorParameters<typeof DynamoDBSaver>[0]>().not.toHaveProperty('ttl');
});
