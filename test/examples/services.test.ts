import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { withoutRunner } from '../register/support/run-preloaded.ts';
import { replicaSetUri } from '../setup/servers.ts';

interface Document {
  readonly _id: string;
  readonly sku?: string;
  readonly left?: number;
}

/** No test is about how fast a machine is. */
const patient = { TIMEOUT_MS: '120000', GRACE_MS: '120000' };

/** A running example, on a database of its own. It needs `npm run build`. */
async function start(name: string) {
  const uri = new URL(replicaSetUri());
  uri.pathname = `/example_${randomBytes(6).toString('hex')}`;
  const client = new MongoClient(uri.href);
  const stock = client.db().collection<Document>('stock');
  const orders = client.db().collection<Document>('orders');
  await stock.insertOne({ _id: 'tea', left: 2 });
  const file = fileURLToPath(new URL(`../../examples/services/${name}.mjs`, import.meta.url));
  const env = { ...withoutRunner(), MONGODB_URI: uri.href, PORT: '0', ...patient };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await client.db().dropDatabase();
    await client.close();
  });
  return { child, ended, stock, orders, heard: linesOf(child), complaints: complaintsOf(child) };
}

/** @returns a function that waits for the next line that begins with a word, and returns the rest of it */
function linesOf({ stdout }: ChildProcess): (word: string) => Promise<string> {
  if (stdout === null) throw new Error('The example has no output.');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async word => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`The example has ended without the line '${word}'.`);
      if (value.startsWith(word)) return value.slice(word.length + 1);
    }
  };
}

/** What it writes on stderr. */
function complaintsOf({ stderr }: ChildProcess): string[] {
  const written: string[] = [];
  stderr?.setEncoding('utf8').on('data', (text: string) => written.push(text));
  return written;
}

test('the shop with Express takes orders, tells its health, and stops with code 0', async () => {
  const { child, ended, heard, stock, orders, complaints } = await start('express-shop');
  const url = `http://127.0.0.1:${await heard('listens')}`;
  const place = async (id: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/orders`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ id, sku: 'tea' }),
    });
    return answer.status;
  };
  expect(await Promise.all([place('order-1'), place('order-2')])).toEqual([201, 201]);
  expect([await place('order-3'), await place(7)]).toEqual([409, 400]);
  const look = async (path: string): Promise<unknown> => (await fetch(`${url}/${path}`)).json();
  expect(await look('live')).toEqual({ live: true });
  await expect.poll(() => look('ready')).toEqual({ ready: true });
  expect(await look('metrics')).toMatchObject({ transactionsOpen: 0, pool: { waiting: 0 } });
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await orders.distinct('_id')).toEqual(['order-1', 'order-2']);
  expect(await stock.findOne()).toEqual({ _id: 'tea', left: 0 });
  expect(complaints.join('')).toBe('');
});

test('the worker counts each order once, and stops with code 0', async () => {
  const { child, ended, heard, stock, orders, complaints } = await start('worker');
  await heard('works');
  await orders.insertMany([
    { _id: 'order-1', sku: 'tea' },
    { _id: 'order-2', sku: 'tea' },
  ]);
  expect([await heard('counted'), await heard('counted')]).toEqual(['order-1', 'order-2']);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await stock.findOne()).toEqual({ _id: 'tea', left: 0 });
  expect(complaints.join('')).toBe('');
});
