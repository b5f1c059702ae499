import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ClientSession } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { ConnectionManager, scope } from '../../src/index.ts';
import { invocation } from '../../src/services/serverless/index.ts';
import { withoutRunner } from '../register/support/run-preloaded.ts';
import { gate } from '../support/gate.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { openShop, shopUri } from './support/shop.ts';

/** As AWS Lambda calls a handler behind an API Gateway. */
const event = { httpMethod: 'POST', resource: '/orders/{id}', path: '/orders/7' };

function lambdaContext() {
  return {
    awsRequestId: 'request-1',
    functionName: 'orders',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => 60_000,
  };
}

test('a session that a call leaves open is ended before the answer, and reported with the call', async () => {
  const { manager, orders, findings } = await openShop();
  let left: ClientSession | undefined;
  const handler = invocation(manager, async (_event: typeof event, _context: object) => {
    left = manager.startSession();
    left.startTransaction();
    await orders.insertOne({ _id: 'order-1' }, { session: left });
    return { statusCode: 200 };
  });
  const context = lambdaContext();
  expect(await handler(event, context)).toEqual({ statusCode: 200 });
  expect(left?.hasEnded).toBe(true);
  expect(context.callbackWaitsForEmptyEventLoop).toBe(false);
  expect(await orders.countDocuments({ _id: 'order-1' })).toBe(0);
  expect(findings).toMatchObject([
    {
      rule: 'session-leak',
      messageId: 'requestInTransaction',
      context: { id: 'request-1', method: 'POST', route: '/orders/{id}' },
    },
  ]);
});

test('where `about` leaves something out, the value of the platform is used', async () => {
  const { manager, findings } = await openShop();
  const leave = async (_event: typeof event, _context: object) => void manager.startSession();
  await invocation(manager, leave, { about: () => ({ route: '/orders' }) })(event, lambdaContext());
  const context = { id: 'request-1', method: 'POST', route: '/orders' };
  expect(findings).toMatchObject([{ rule: 'session-leak', context }]);
});

test('a session of one call cannot be used by the next', async () => {
  const { manager, orders, findings } = await openShop();
  let kept: ClientSession | undefined;
  const handler = invocation(manager, async () => {
    kept ??= manager.startSession();
    return orders.findOne({}, { session: kept });
  });
  expect(await handler()).toEqual({ _id: 'order-0' });
  await expect(handler()).rejects.toMatchObject({ code: 'ERR_SESSION_GUARD_EXPIRED_SESSION' });
  expect(findings.map(({ rule }) => rule)).toEqual(['session-leak', 'use-after-end']);
});

test('what a call has begun and not awaited is done when it answers', async () => {
  const { manager, orders } = await openShop();
  const works: Promise<unknown>[] = [];
  let open = 2;
  const note = (work: Promise<unknown>) => works.push(work.finally(() => (open -= 1)));
  const work = async () => {
    note(manager.withTxn(session => orders.insertOne({ _id: 'order-1' }, { session })));
    note(orders.insertOne({ _id: 'order-2' }));
    return 'answered';
  };
  const handler = invocation(manager, work, { settleMS: 600_000 });
  expect(await handler()).toBe('answered');
  expect(open).toBe(0);
  await Promise.all(works);
});

test('what a first call has begun, and waits for the connection, is done when it answers', async () => {
  const { manager, orders } = await openShop();
  const uri = new URL(shopUri());
  uri.pathname = `/${manager.client.options.dbName}`;
  const mongo = new ConnectionManager(uri.href, { console: false });
  onTestFinished(() => mongo.close());
  let work: Promise<unknown> | undefined;
  const place = async () => {
    work = mongo.withTxn(session => {
      return mongo.db().collection<{ _id: string }>('orders').insertOne({ _id: 'order-1' }, { session });
    });
  };
  await invocation(mongo, place, { settleMS: 600_000 })();
  expect(await orders.countDocuments({ _id: 'order-1' })).toBe(1);
  await work;
});

test('a call waits for what it has begun, and for no work of other calls or of code outside of calls', async () => {
  const uri = new URL(shopUri());
  const proxy = await startTcpProxy(Number(uri.port));
  uri.port = String(proxy.port);
  uri.search = '?directConnection=true';
  const mongo = new ConnectionManager(uri.href, { console: false });
  onTestFinished(async () => {
    await mongo.close({ graceMS: 0 });
    await proxy.close();
  });
  const orders = mongo.db().collection('orders');
  await orders.findOne();
  await proxy.setMode('black-hole');
  const other = invocation(mongo, () => orders.findOne(), { settleMS: 0 });
  const hanging = [other(), orders.findOne()].map(work => work.catch((error: unknown) => error));
  const handler = invocation(mongo, async () => 'answered', { settleMS: 600_000 });
  expect(await handler()).toBe('answered');
  await proxy.setMode('pass');
  await Promise.all(hanging);
});

test('what a call has begun is done when it answers, also while another call runs', async () => {
  const { manager, orders } = await openShop();
  const { open, opened } = gate();
  const other = invocation(manager, () => opened)();
  let work: Promise<unknown> | undefined;
  let isDone = false;
  const begin = async () => {
    work = scope(async () => {
      await orders.insertMany(Array.from({ length: 300 }, (_, n) => ({ _id: `order-${n + 1}` })));
      await orders.find().toArray();
    }).then(() => (isDone = true));
  };
  await invocation(manager, begin, { settleMS: 600_000 })();
  expect(isDone).toBe(true);
  open();
  await Promise.all([work, other]);
});

test('the result and the error of a call are those of the handler', async () => {
  const { manager } = await openShop();
  const failure = new Error('sold out');
  await expect(invocation(manager, () => Promise.reject(failure))()).rejects.toBe(failure);
  const sync = invocation(manager, (n: number) => {
    if (n === 0) throw failure;
    return n;
  });
  expect(await sync(3)).toBe(3);
  await expect(sync(0)).rejects.toBe(failure);
});

test.each([
  { make: (ok: never) => invocation({} as never, ok), says: 'invocation takes a ConnectionManager' },
  {
    make: async (_ok: never) => invocation((await openShop()).manager, 'handler' as never),
    says: 'takes a function',
  },
])('$says', async ({ make, says }) => {
  await expect((async () => make((() => 1) as never))()).rejects.toThrow(says);
});

/** It needs `npm run build`. */
test('a process that was frozen until its connections were gone goes on without an error', async () => {
  const uri = new URL(shopUri());
  const proxy = await startTcpProxy(Number(uri.port));
  onTestFinished(proxy.close);
  uri.port = String(proxy.port);
  uri.search = '?directConnection=true';
  const program = fileURLToPath(new URL('programs/function.mjs', import.meta.url));
  const child = fork(program, { env: { ...withoutRunner(), MONGODB_URI: uri.href } });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const call = async (n: number) => {
    child.send(n);
    return (await once(child, 'message'))[0];
  };
  expect(await call(1)).toBe('done 1');
  for (let n = 2; n <= 3; n += 1) {
    child.kill('SIGSTOP');
    await setTimeout(5500);
    await proxy.setMode('refuse');
    await proxy.setMode('pass');
    child.kill('SIGCONT');
    expect(await call(n)).toBe(`done ${n}`);
  }
});
