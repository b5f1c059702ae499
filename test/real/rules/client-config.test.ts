import { setTimeout as sleep } from 'node:timers/promises';
import type { MongoClient, MongoClientOptions } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { standaloneUri } from '../../setup/servers.ts';
import { type Driver, drivers } from '../support/drivers.ts';
import { withFullPool } from '../support/full-pool.ts';
import { type App, observedApp } from '../support/observed.ts';
import { failureOf } from '../support/outcome.ts';

type Use = (client: MongoClient, app: App) => Promise<unknown>;

const itemsOf = (client: MongoClient, { db }: App) => client.db(db).collection<{ _id: string }>('items');

const read: Use = (client, app) => itemsOf(client, app).findOne();
const write: Use = (client, app) => itemsOf(client, app).insertOne({ _id: 'new' });
const ping: Use = client => client.db('admin').command({ ping: 1 });
const atOnce: Use = (client, app) => Promise.all(Array.from({ length: 8 }, () => read(client, app)));
/** With one connection that is late, the other one would serve all. */
const atOnceOnTwo: Use = async (client, app) => atOnce(await withFullPool(client, 2), app);
const inTurn: Use = async (client, app) => {
  for (let n = 0; n < 8; n += 1) await read(client, app);
};
const withPauses: Use = async (client, app) => {
  for (let n = 0; n < 4; n += 1) {
    await read(client, app);
    await sleep(1400);
  }
};
const inTransaction: Use = (client, app) =>
  client.withSession(session =>
    session.withTransaction(() => itemsOf(client, app).insertOne({ _id: 'new' }, { session })),
  );

interface Program {
  readonly options: MongoClientOptions;
  readonly use: Use;
}

const incorrect: Readonly<Record<string, Program & { readonly rules: readonly string[] }>> = {
  'a socket time-out as the limit of a query': {
    options: { socketTimeoutMS: 300 },
    use: read,
    rules: ['config-socket-timeout'],
  },
  'a limit of a query that is above the socket time-out': {
    options: { socketTimeoutMS: 300 },
    use: (client, app) => itemsOf(client, app).find({}, { maxTimeMS: 500 }).toArray(),
    rules: ['config-socket-timeout'],
  },
  'writes that are not sent again': {
    options: { retryWrites: false },
    use: write,
    rules: ['config-retry-writes'],
  },
  'writes with a session that are not sent again': {
    options: { retryWrites: false },
    use: (client, app) =>
      client.withSession(session => itemsOf(client, app).insertMany([{ _id: 'new' }], { session })),
    rules: ['config-retry-writes'],
  },
  'two connections for eight reads at once': {
    options: { minPoolSize: 2, maxPoolSize: 2, waitQueueTimeoutMS: 600_000 },
    use: atOnceOnTwo,
    rules: ['config-pool-size'],
  },
  'two connections and no limit of the wait': {
    options: { minPoolSize: 2, maxPoolSize: 2 },
    use: atOnceOnTwo,
    rules: ['config-pool-size', 'config-wait-queue'],
  },
  'a least that is more than the most': {
    options: { minPoolSize: 10, maxPoolSize: 5 },
    use: read,
    rules: ['config-pool-size'],
  },
  'connections that are idle for longer than sessions last': {
    options: { maxIdleTimeMS: 3_600_000 },
    use: read,
    rules: ['config-max-idle-time'],
  },
  'connections that are closed after half a second': {
    options: { maxIdleTimeMS: 500 },
    use: read,
    rules: ['config-max-idle-time'],
  },
  'connections that come and go': {
    options: { maxIdleTimeMS: 1000 },
    use: withPauses,
    rules: ['config-max-idle-time'],
  },
  'no patience for an election': {
    options: { serverSelectionTimeoutMS: 999 },
    use: read,
    rules: ['config-server-selection'],
  },
  'two minutes without an answer': {
    options: { serverSelectionTimeoutMS: 120_000 },
    use: read,
    rules: ['config-server-selection'],
  },
  'unacknowledged writes with a session': {
    options: { writeConcern: { w: 0 } },
    use: (client, app) =>
      client.withSession(session => itemsOf(client, app).insertOne({ _id: 'new' }, { session })),
    rules: ['config-write-concern'],
  },
  'a transaction under unacknowledged writes': {
    options: { writeConcern: { w: 0 } },
    use: inTransaction,
    rules: ['config-write-concern'],
  },
  'a transaction that one member alone has to hold': {
    options: { writeConcern: { w: 1 } },
    use: inTransaction,
    rules: ['config-write-concern'],
  },
};

const correct: Readonly<Record<string, Program>> = {
  'a socket time-out above the limit of each query': {
    options: { socketTimeoutMS: 20_000 },
    use: async (client, app) => {
      await itemsOf(client, app).find({}, { maxTimeMS: 5000 }).toArray();
      await itemsOf(client, app).insertOne({ _id: 'new' });
    },
  },
  'a health check with short limits': {
    options: { socketTimeoutMS: 1000, serverSelectionTimeoutMS: 500, maxPoolSize: 1, maxIdleTimeMS: 500 },
    use: ping,
  },
  'a socket time-out of a minute': { options: { socketTimeoutMS: 60_000 }, use: read },
  'a reader without retried writes': { options: { retryWrites: false, maxPoolSize: 5 }, use: atOnce },
  'transactions alone, whose commits are retried all the same': {
    options: { retryWrites: false },
    use: inTransaction,
  },
  'one connection for one thing after the other': { options: { maxPoolSize: 1 }, use: inTurn },
  'a pool without a limit': { options: { maxPoolSize: 0, minPoolSize: 2 }, use: atOnce },
  'a function that lives for seconds and closes its connections soon': {
    options: { maxIdleTimeMS: 5000, maxPoolSize: 1 },
    use: inTurn,
  },
  'five seconds to find a server': { options: { serverSelectionTimeoutMS: 5000 }, use: write },
  'unacknowledged writes without a session': { options: { writeConcern: { w: 0 } }, use: write },
  'a transaction that asks for more than its client': {
    options: { writeConcern: { w: 1 } },
    use: (client, app) =>
      client.withSession(session =>
        session.withTransaction(() => itemsOf(client, app).insertOne({ _id: 'new' }, { session }), {
          writeConcern: { w: 'majority' },
        }),
      ),
  },
  'a write with a session that asks to be acknowledged': {
    options: { writeConcern: { w: 0 } },
    use: (client, app) =>
      client.withSession(session =>
        itemsOf(client, app).insertOne({ _id: 'new' }, { session, writeConcern: { w: 1 } }),
      ),
  },
};

/** How long an operation waits for its connection is the machine's affair. */
const notOfTheMachine = { 'pool-exhausted': 'off' } as const;

async function rulesOf(driver: Driver, { options, use }: Program, uri?: string): Promise<string[]> {
  const app = await observedApp(driver, uri);
  // A place is reported once over the whole process, and once for each manager.
  const client = app.open(options);
  ConnectionManager.adopt(client, { console: false, protect: false, rules: notOfTheMachine });
  await failureOf(use(client, app));
  await client.close();
  return app.findings.map(({ rule }) => rule);
}

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(incorrect))('found: %s', async (_title, program) => {
    expect((await rulesOf(driver, program)).toSorted()).toEqual(program.rules);
  });

  test.each(Object.entries(correct))('not found: %s', async (_title, program) => {
    expect(await rulesOf(driver, program)).toEqual([]);
  });

  test('not found: a standalone server, which writes nothing twice', async () => {
    expect(await rulesOf(driver, { options: { retryWrites: false }, use: write }, standaloneUri())).toEqual(
      [],
    );
  });
});
