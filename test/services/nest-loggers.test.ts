import * as nest12 from '@nestjs/common';
import * as nest11 from 'nest11-common';
import pino from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import winston from 'winston';
import { type ConnectionManagerOptions, type Finding, scope } from '../../src/index.ts';
import { Memory } from './support/memory.ts';
import { LoggerOfPino, LoggerOfWinston, PinoLogger } from './support/nest-loggers.ts';
import { openShop } from './support/shop.ts';

type Logger = NonNullable<ConnectionManagerOptions['logger']>;

const toWinston = (into: Memory) =>
  winston.createLogger({ transports: [new winston.transports.Stream({ stream: into })] });

/** What an application may give to `app.useLogger`. */
const ofApplications = [
  {
    name: 'nestjs-pino',
    make: (into: Memory) => new LoggerOfPino(new PinoLogger(pino(into))),
    warn: 40,
    error: 50,
  },
  {
    name: 'nest-winston',
    make: (into: Memory) => new LoggerOfWinston(toWinston(into)),
    warn: 'warn',
    error: 'error',
  },
];

/** A finding in a job, which the logger gets. */
async function misuse(logger: Logger, options: ConnectionManagerOptions = {}): Promise<Finding> {
  const { manager, orders, found } = await openShop({ logger, ...options });
  await scope(
    async () => {
      const session = manager.startSession();
      await session.endSession();
      await orders.findOne({}, { session }).catch(() => undefined);
    },
    { id: 'job-1', route: 'nightly' },
  );
  return found('use-after-end');
}

const request = { id: 'job-1', route: 'nightly' };

describe.each(ofApplications)('$name', ({ make, warn, error }) => {
  test.each([
    { version: 12, common: nest12 },
    { version: 11, common: nest11 },
  ])(
    "behind the `Logger` of NestJS $version gets fields; `context` is the logger's name",
    async ({ common }) => {
      const memory = new Memory();
      onTestFinished(() => common.Logger.overrideLogger(true));
      common.Logger.overrideLogger(make(memory));
      const { message, rule, fix, place } = await misuse(new common.Logger('Findings'));
      expect(memory.entries).toHaveLength(1);
      const [{ msg, ...entry } = {}] = memory.entries;
      expect(msg ?? entry['message']).toBe(message);
      expect(entry).toMatchObject({ level: warn, pid: process.pid, context: 'Findings', request, rule, fix });
      expect(entry['codeFrame']).toBe(place?.codeFrame);
      expect(entry).toHaveProperty('time');
    },
  );

  test('itself gets the same, at the level of the finding', async () => {
    const memory = new Memory();
    const { rule } = await misuse(make(memory), { rules: { 'use-after-end': 'error' } });
    expect(memory.entries).toMatchObject([{ level: error, context: 'SessionGuard', request, rule }]);
  });
});

test('the `PinoLogger` of a class gets fields, under the names that it was given', async () => {
  const memory = new Memory();
  const logger = new PinoLogger(pino(memory), 'logger');
  logger.setContext('Orders');
  const { message, rule } = await misuse(logger);
  expect(memory.entries).toMatchObject([{ msg: message, logger: 'Orders', request, rule }]);
});

/** What Nest's own logger writes. */
async function written({ ConsoleLogger, Logger }: typeof nest12 | typeof nest11, options = {}) {
  const memory = new Memory();
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(line => memory.write(line));
  onTestFinished(() => {
    write.mockRestore();
    Logger.overrideLogger(true);
  });
  Logger.overrideLogger(new ConsoleLogger({ json: true, ...options }));
  const finding = await misuse(new Logger('Findings'));
  write.mockRestore();
  return { ...finding, entries: memory.entries };
}

test('the logger of NestJS 12 that writes JSON gets the message as a text, and the fields beside it', async () => {
  const { rule, message, fix, entries } = await written(nest12);
  expect(entries).toMatchObject([
    { level: 'warn', context: 'Findings', message, params: { request, rule, fix } },
  ]);
});

test('with `flattenParams` the fields are those of the entry', async () => {
  const { rule, message, fix, entries } = await written(nest12, { flattenParams: true });
  expect(entries).toMatchObject([{ level: 'warn', context: 'Findings', message, request, rule, fix }]);
});

test.each([
  { name: 'NestJS 11', common: nest11, options: {} },
  { name: 'NestJS 12 with `structuredParams: false`', common: nest12, options: { structuredParams: false } },
])('the logger of $name that writes JSON gets an object, with its fields', async ({ common, options }) => {
  const { rule, message, fix, place, entries } = await written(common, options);
  expect(entries).toMatchObject([
    {
      level: 'warn',
      context: 'Findings',
      message: { msg: message, type: 'finding', rule, fix, context: request },
    },
  ]);
  expect(JSON.stringify(entries)).toContain(JSON.stringify(place?.codeFrame));
});
