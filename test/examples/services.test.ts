import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openDatabase, startProgram } from '../services/support/program.ts';

const fileAt = (name: string) => fileURLToPath(new URL(`../../examples/services/${name}`, import.meta.url));

const start = (name: string, env?: NodeJS.ProcessEnv) => startProgram([fileAt(`${name}.mjs`)], { env });

test.each([
  { name: 'Express', example: 'express-shop' },
  { name: 'Fastify and mongoose', example: 'fastify-mongoose' },
])(
  'the shop with $name takes orders, answers a probe of its health, and stops with code 0',
  async ({ example }) => {
    const { child, ended, heard, stock, orders, complaints } = await start(example);
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
    expect([await place('order-3'), await place({})]).toEqual([409, 400]);
    const look = async (path: string): Promise<unknown> => (await fetch(`${url}/${path}`)).json();
    expect(await look('live')).toEqual({ live: true });
    await expect.poll(() => look('ready')).toEqual({ ready: true });
    expect(await look('metrics')).toMatchObject({ transactionsOpen: 0, pool: { waiting: 0 } });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await orders.distinct('_id')).toEqual(['order-1', 'order-2']);
    expect(await stock.findOne()).toEqual({ _id: 'tea', left: 0 });
    expect(complaints.join('')).toBe('');
  },
);

test('the worker counts each order once, reports on its schedule, and stops with code 0', async () => {
  const { child, ended, heard, stock, orders, complaints } = await start('worker', { REPORT_EVERY_MS: '20' });
  await heard('works');
  expect(await heard('left')).toBe('2');
  await orders.insertMany([
    { _id: 'order-1', sku: 'tea' },
    { _id: 'order-2', sku: 'tea' },
  ]);
  expect([await heard('counted'), await heard('counted')]).toEqual(['order-1', 'order-2']);
  while ((await heard('left')) !== '0');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await stock.findOne()).toEqual({ _id: 'tea', left: 0 });
  expect(complaints.join('')).toBe('');
});

test('the worker counts the orders that came while no worker ran', async () => {
  const { orders, stock, uri } = await openDatabase();
  await orders.insertOne({ _id: 'order-1', sku: 'tea' });
  const { child, ended, heard, complaints } = await start('worker', { MONGODB_URI: uri.href });
  expect(await heard('counted')).toBe('order-1');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await stock.findOne()).toEqual({ _id: 'tea', left: 1 });
  expect(complaints.join('')).toBe('');
});
