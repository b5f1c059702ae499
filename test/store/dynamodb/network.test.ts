import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { sessionStore, type SessionStore } from '../../../src/store/index.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { type ProxyMode, startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { clientOf, tableWithoutTTL } from './support/table.ts';

const timeoutMS = 300;
/** Far more than the limit, far less than the client's own ones. */
const inTimeMS = 30_000;

let proxy: TcpProxy;
let client: DynamoDBClient;
let store: SessionStore<Record<string, unknown>>;
/** The same one, with little patience. */
let hasty: SessionStore<Record<string, unknown>>;

beforeAll(async () => {
  const endpoint = await dynamoEndpoint();
  proxy = await startTcpProxy(Number(new URL(endpoint).port));
  client = clientOf(`http://${proxy.host}:${proxy.port}`);
  const table = await tableWithoutTTL(client);
  const options = { keys: { tag: [randomBytes(32)] }, setUp: false };
  const backend = dynamoBackend(client, { table });
  store = sessionStore(backend, { ...options, timeoutMS: 60_000 });
  hasty = sessionStore(backend, { ...options, timeoutMS });
});

afterEach(() => proxy.setMode('pass'));

afterAll(async () => {
  client.destroy();
  await proxy.close();
});

const modes: readonly (readonly [string, ProxyMode])[] = [
  ['down', 'refuse'],
  ['black-holed', 'black-hole'],
  ['too slow', { delayMS: 3000 }],
];

test.each(modes)(
  'a server that is %s: all calls reject in time, and work again afterwards',
  async (_, mode) => {
    const live = await store.create({ a: 1 }, { user: 'u' });
    await proxy.setMode(mode);
    const begin = performance.now();
    const outcomes = await Promise.allSettled([
      hasty.get(live.id),
      hasty.patch(live, { a: 2 }),
      hasty.update(live.id, data => ({ ...data, a: 3 })),
      hasty.rotate(live),
      hasty.destroy(live.id),
      hasty.list('u'),
      hasty.destroyAll('u'),
      hasty.create({}),
      hasty.beginLogIn('u'),
    ]);
    expect(performance.now() - begin).toBeLessThan(inTimeMS);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailableError' } });
    await proxy.setMode('pass');
    const other = await store.create({ b: 1 });
    expect((await store.get(other.id))?.data).toEqual({ b: 1 });
  },
);

test('a refused command has not reached the server', async () => {
  const live = await store.create({ a: 1 });
  await proxy.setMode('refuse');
  await expect(hasty.destroy(live.id)).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  await proxy.setMode('pass');
  expect((await store.get(live.id))?.data).toEqual({ a: 1 });
});

test('a refresh that cannot be done does not undo the read', async () => {
  const endpoint = await dynamoEndpoint();
  const other = clientOf(endpoint);
  const table = await tableWithoutTTL(other);
  const options = {
    keys: { tag: [randomBytes(32)] },
    setUp: false,
    refreshEverySeconds: 0,
    timeoutMS: 60_000,
  };
  const refreshing = sessionStore(dynamoBackend(other, { table }), options);
  const { id } = await refreshing.create({ a: 1 });
  other.middlewareStack.add(
    (next, { commandName }) =>
      async request => {
        if (commandName === 'UpdateItemCommand') throw new Error('The network is down.');
        return next(request);
      },
    { step: 'initialize' },
  );
  expect((await refreshing.get(id))?.data).toEqual({ a: 1 });
  other.destroy();
});
