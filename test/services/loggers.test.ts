import { Console } from 'node:console';
import bunyan from 'bunyan';
import Fastify from 'fastify';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import winston from 'winston';
import { ConnectionManager, type ConnectionManagerOptions, type Finding } from '../../src/index.ts';
import { sessionGuard } from '../../src/services/fastify/index.ts';
import { Memory } from './support/memory.ts';
import { openShop, type Shop } from './support/shop.ts';

type Logger = NonNullable<ConnectionManagerOptions['logger']>;

const loggers: readonly {
  readonly name: string;
  readonly make: (into: Memory) => Logger;
  readonly level: unknown;
}[] = [
  { name: 'pino', make: into => pino(into), level: 40 },
  { name: 'a child of pino', make: into => pino(into).child({ service: 'shop' }), level: 40 },
  {
    name: 'winston',
    make: into => winston.createLogger({ transports: [new winston.transports.Stream({ stream: into })] }),
    level: 'warn',
  },
  { name: 'bunyan', make: into => bunyan.createLogger({ name: 'shop', stream: into }), level: 40 },
  { name: 'console', make: into => new Console(into, into), level: 'warn' },
];

async function misuse({ manager, orders, found }: Shop): Promise<Finding> {
  const session = manager.startSession();
  await session.endSession();
  await orders.findOne({}, { session }).catch(() => undefined);
  return found('use-after-end');
}

describe.each(loggers)('with $name', ({ make, level }) => {
  test('a finding is one line of JSON with its level, time, process, message and fields', async () => {
    const memory = new Memory();
    const finding = await misuse(await openShop({ logger: make(memory) }));
    const lines = memory.text.trim().split('\n');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '');
    const { codeFrame, ...place } = finding.place ?? { codeFrame: 'missing' };
    const { rule, fix, docs, at } = finding;
    expect(line).toMatchObject({
      level,
      pid: process.pid,
      type: 'finding',
      rule,
      fix,
      docs,
      at,
      place,
      codeFrame,
    });
    expect(line.msg ?? line.message).toBe(finding.message);
    expect(Number.isNaN(new Date(line.time).getTime())).toBe(false);
    expect(line.place).not.toHaveProperty('codeFrame');
  });
});

test('any other logger gets a text', async () => {
  const texts: string[] = [];
  const logger = { warn: (text: string) => texts.push(text), error: (text: string) => texts.push(text) };
  const { message, fix } = await misuse(await openShop({ logger, rules: { 'use-after-end': 'error' } }));
  expect(texts).toEqual([expect.stringContaining(`use-after-end: ${message}\n`)]);
  expect(texts[0]).toContain(fix);
});

test('a logger that throws never reaches the observed call', async () => {
  const logger = {
    warn() {
      throw new Error('disk full');
    },
    error() {},
  };
  expect(await misuse(await openShop({ logger }))).toMatchObject({ rule: 'use-after-end' });
});

test('a logger without the methods is refused', () => {
  const logger = { log() {} } as unknown as Logger;
  expect(() => new ConnectionManager('mongodb://localhost', { logger })).toThrow(
    "The option 'logger' of new ConnectionManager must be a logger with warn and error",
  );
});

test('a place that is hit again after `repeatAfterMS` is written again, with its count', async () => {
  const memory = new Memory();
  const shop = await openShop({ logger: pino(memory), repeatAfterMS: 0 });
  for (let time = 0; time < 3; time += 1) await misuse(shop);
  const lines = memory.text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines.map(({ rule, count }) => [rule, count])).toEqual([
    ['use-after-end', 1],
    ['use-after-end', 2],
    ['use-after-end', 3],
  ]);
  expect(shop.findings).toHaveLength(1);
});

test("Fastify without a logger: the manager's logger gets the findings of requests", async () => {
  const memory = new Memory();
  const shop = await openShop({ logger: pino(memory) });
  const app = Fastify();
  await app.register(sessionGuard);
  app.get('/', () => misuse(shop));
  await app.inject('/');
  await app.close();
  expect(JSON.parse(memory.text)).toMatchObject({ rule: 'use-after-end', context: { route: '/' } });
});
