import { MongoServerSelectionError } from 'mongodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ConnectionManager, type ConnectionManagerOptions, trackWork } from '../../src/index.ts';
import { clock } from '../../src/platform/time/clock.ts';
import { invocation } from '../../src/services/serverless/index.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { shopUri } from './support/shop.ts';

/** A call with little time left, by a proxy, after which the server does not answer any more. */
async function silentServer(options: ConnectionManagerOptions = {}) {
  const uri = new URL(shopUri());
  const proxy = await startTcpProxy(Number(uri.port));
  uri.port = String(proxy.port);
  uri.search = '?directConnection=true';
  const mongo = new ConnectionManager(uri.href, { console: false, ...options });
  onTestFinished(async () => {
    await mongo.close({ graceMS: 0 });
    await proxy.close();
  });
  const orders = mongo.db().collection('orders');
  await orders.findOne();
  return { proxy, mongo, orders, context: { getRemainingTimeInMillis: () => 400 } };
}

/** The pings of a client from now on: their errors, when they have ended. */
function followPings(): unknown[] {
  const errors: unknown[] = [];
  const off = trackWork({
    operation: ({ name }) =>
      name === 'runCommand' ? { ended: failure => errors.push(failure?.error) } : undefined,
  });
  onTestFinished(off);
  return errors;
}

/** As after a minute in which the process was frozen. */
function pause(): void {
  const wall = clock.wall();
  const held = vi.spyOn(clock, 'wall').mockReturnValue(wall + 60_000);
  onTestFinished(() => held.mockRestore());
}

test('the end of a session whose operation hangs holds no answer longer than the call may take', async () => {
  const { proxy, mongo, orders, context } = await silentServer({ drainTimeoutMS: 600_000 });
  await proxy.setMode('black-hole');
  let isDone = false;
  let work: Promise<unknown> | undefined;
  const handler = invocation(mongo, async (_event: object, _context: object) => {
    const session = mongo.startSession();
    work = orders.findOne({}, { session }).finally(() => (isDone = true));
    return 'answered';
  });
  expect(await handler({}, context)).toBe('answered');
  expect(isDone).toBe(false);
  await proxy.setMode('pass');
  await work;
});

test('after a pause, a server that does not answer leaves the handler half of the time', async () => {
  const { proxy, mongo, context } = await silentServer();
  const pings = followPings();
  const handler = invocation(mongo, async (_event: object, _context: object) => pings.length);
  await handler({}, context);
  await proxy.setMode('black-hole');
  pause();
  expect(await handler({}, context)).toBe(0);
  await proxy.setMode('pass');
});

test('after a pause, a server that is away is looked for once', async () => {
  const client = { serverSelectionTimeoutMS: 200 };
  const { proxy, mongo } = await silentServer({ client });
  const pings = followPings();
  const handler = invocation(mongo, async () => 'answered');
  await handler();
  await proxy.setMode('refuse');
  pause();
  expect(await handler()).toBe('answered');
  expect(pings.filter(error => error instanceof MongoServerSelectionError)).toHaveLength(1);
});
