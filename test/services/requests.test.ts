import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { ClientSession } from 'mongodb';
import { expect, test } from 'vitest';
import { currentRequests } from '../../src/guard/scope/lookup.ts';
import { scopeRequests } from '../../src/guard/register/request-scopes.ts';
import { runningRequests } from '../../src/guard/runtime/request/scope.ts';
import { scope } from '../../src/index.ts';
import { requestScope } from '../../src/services/express/index.ts';
import { listening } from './support/ask.ts';
import { frameworks, order } from './support/frameworks.ts';
import { rawClient } from './support/raw-client.ts';
import { gate } from '../support/gate.ts';
import { openShop } from './support/shop.ts';

/** As the preload does it, in the same process. */
scopeRequests();

const soon = { rules: { 'session-leak': ['warn', { warnAfterMS: 1 }] } } as const;
const context = { method: 'POST', startedAt: expect.any(Number) };

const route = '/shops/:shop/orders';

test.each(frameworks)(
  '$name: a leak that a timer finds has the request in which the session was started',
  async ({ serve }) => {
    const { manager, orders, found } = await openShop(soon);
    const url = await serve(async ({ body }) => {
      await orders.findOne({}, { session: manager.startSession() });
      return body;
    });
    expect(await (await order(url, 'request-1')).json()).toEqual({ sku: 'tea' });
    const finding = await found('session-leak');
    expect(finding.context).toEqual({ id: 'request-1', route, ...context });
    expect(Math.abs(Date.now() - finding.at)).toBeLessThan(3_600_000);
  },
);

test.each(frameworks)(
  '$name: a long transaction that a timer finds has the request in which its session was started',
  async ({ serve }) => {
    const { manager, orders, found } = await openShop({
      rules: { 'long-transaction': ['warn', { warnAfterMS: 1 }] },
    });
    const url = await serve(async ({ body }) => {
      await manager.withTxn(async session => {
        await orders.findOne({}, { session });
        await found('long-transaction');
      });
      return body;
    });
    expect(await (await order(url, 'request-1')).json()).toEqual({ sku: 'tea' });
    expect((await found('long-transaction')).context).toEqual({ id: 'request-1', route, ...context });
  },
);

test.each(frameworks)(
  '$name: a session that a later request uses is found, with the request that started it',
  async ({ serve }) => {
    const { manager, orders, found } = await openShop();
    let kept: ClientSession | undefined;
    const url = await serve(async () => {
      kept ??= manager.startSession();
      await orders.findOne({}, { session: kept });
      return 'answered';
    });
    await (await order(url, 'request-2')).text();
    await (await order(url, 'request-3')).text();
    const finding = await found('session-outlives-scope');
    expect(finding.context).toMatchObject({ id: 'request-2', route });
    await kept?.endSession();
  },
);

test.each(frameworks)(
  '$name: each request is one scope, with the preload or without it, also after the body was read',
  async ({ serve }) => {
    const seen: (readonly number[] | undefined)[] = [];
    const url = await serve(async () => seen.push(currentRequests()));
    await Promise.all(['a', 'b', 'c'].map(id => order(url, id)));
    expect(seen.map(scopes => scopes?.length)).toEqual([1, 1, 1]);
    expect(new Set(seen.flat()).size).toBe(3);
  },
);

test.each(frameworks)(
  "$name: `leftOpen: 'end'` ends the session of a client that hung up, and aborts its transaction",
  async ({ serve }) => {
    const { manager, orders } = await openShop();
    let left: ClientSession | undefined;
    const inTransaction = gate();
    const url = await serve(
      async ({ reply }) => {
        left = manager.startSession();
        left.startTransaction();
        await orders.insertOne({ _id: 'order-1' }, { session: left });
        inTransaction.open();
        return once(reply, 'never');
      },
      { leftOpen: 'end' },
    );
    const ended = new Promise(resolve => manager.once('sessionEnded', resolve));
    const asked = request(`${url}/shops/tea/orders`, { method: 'POST' }).on('error', () => {});
    asked.end();
    await inTransaction.opened;
    asked.destroy();
    await ended;
    expect(left?.hasEnded).toBe(true);
    expect(await orders.countDocuments({ _id: 'order-1' })).toBe(0);
  },
);

test('a request whose answer waits for an earlier answer is over when its connection is closed', async () => {
  await openShop();
  const scopes: (readonly number[] | undefined)[] = [];
  const server = createServer(({ url: path }, response) => {
    scopes.push(currentRequests());
    if (path !== '/first') response.end('waits for the first');
  });
  const { socket, ask } = rawClient(await listening(server));
  ask('/first');
  ask('/second');
  await expect.poll(() => scopes.length).toBe(2);
  const known = new Set(scopes.flat());
  const running = () => [...runningRequests].filter(({ id }) => known.has(id));
  expect(running()).toHaveLength(2);
  socket.destroy();
  await expect.poll(running).toEqual([]);
});

test.each(frameworks)('$name: the log of the request gets its findings, once', async ({ serve }) => {
  const lines: unknown[] = [];
  const log = { child: () => log, warn: (...args: unknown[]) => lines.push(args), error() {} };
  const { manager, orders, found } = await openShop(soon);
  const url = await serve(
    async () => {
      await orders.findOne({}, { session: manager.startSession() });
      return 'left open';
    },
    { log: () => log },
  );
  await order(url, 'request-3');
  const { message } = await found('session-leak');
  expect(lines).toEqual([
    [
      expect.objectContaining({ rule: 'session-leak', context: { id: 'request-3', route, ...context } }),
      message,
    ],
  ]);
});

test('a job has the context that `scope` was given', async () => {
  const { manager, orders, found } = await openShop(soon);
  await scope(() => orders.findOne({}, { session: manager.startSession() }), { id: '7', route: 'nightly' });
  const finding = await found('session-leak');
  expect(finding.context).toEqual({ id: '7', route: 'nightly', startedAt: expect.any(Number) });
});

test.each([
  { options: { id: 'header' }, says: "The option 'id' of requestScope must be a function, not 'header'" },
  { options: { leftOpen: 'close' }, says: "must be 'report' or 'end'" },
  { options: { ids: () => 1 }, says: "requestScope has no option 'ids'" },
])('$options is refused', ({ options, says }) => {
  expect(() => requestScope(options as object)).toThrow(says);
});

test('the event of an ended session has its length, its operations and its request, and plain data alone', async () => {
  const { manager, orders } = await openShop();
  const events: unknown[] = [];
  manager.on('sessionEnded', event => events.push(event));
  manager.on('transactionCommitted', event => events.push(event));
  await scope(() => manager.withTxn(session => orders.insertOne({ _id: 'order-1' }, { session })), {
    id: '7',
  });
  expect(events).toEqual([
    expect.objectContaining({ type: 'transaction.committed' }),
    expect.objectContaining({
      type: 'session.ended',
      operations: expect.any(Number),
      durationMS: expect.any(Number),
      context: { id: '7', startedAt: expect.any(Number) },
    }),
  ]);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
});
