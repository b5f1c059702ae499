import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { describe, expect, test } from 'vitest';
import {
  ConnectionManager,
  onFinding,
  type SessionGuardEvent,
  type TransactionSummary,
} from '../../../src/index.ts';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';
import { replicaSetUri } from '../../setup/servers.ts';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { closeQuietly, type Side } from '../support/side.ts';
import { transientError } from '../support/transient-error.ts';

onEachDriver('50 racing callers connect once', async driver => {
  const { manager, guarded } = await fixture(driver);
  let topologies = 0;
  manager.client.on('topologyOpening', () => (topologies += 1));
  const use = async (index: number) => {
    if (index % 4 === 0) await manager.connect();
    else if (index % 4 === 1) await manager.withTxn(session => guarded.items.findOne({}, { session }));
    else if (index % 4 === 2) await manager.withSession(session => guarded.items.findOne({}, { session }));
    else await guarded.items.insertOne({ _id: String(index) });
  };
  await Promise.all(Array.from({ length: 50 }, (_, index) => use(index)));
  expect(topologies).toBe(1);
});

onEachDriver('nothing connects before the first use', async driver => {
  const { manager } = await fixture(driver);
  let topologies = 0;
  manager.client.on('topologyOpening', () => (topologies += 1));
  manager.db('x').collection('y');
  manager.stats();
  await sleep(20);
  expect(topologies).toBe(0);
});

describe.each(drivers)('$name', driver => {
  test.each(['connect', 'withTxn', 'withSession', 'operation'] as const)(
    'a failed connect is tried again by the next use: %s',
    async use => {
      const server = await startReplicaSet();
      const [member] = server.members;
      member?.pause();
      const client = { serverSelectionTimeoutMS: 300, directConnection: true };
      const manager = driver.manage(server.uri, client, { console: false });
      const items = manager.db('real').collection('items');
      const uses = {
        connect: () => manager.connect(),
        withTxn: () => manager.withTxn(session => items.insertOne({}, { session })),
        withSession: () => manager.withSession(session => items.insertOne({}, { session })),
        operation: () => items.insertOne({}),
      };
      try {
        expect(await failureOf(uses[use]())).toBeInstanceOf(driver.lib.MongoServerSelectionError);
        member?.resume();
        // A server that goes on may need longer for its first answer than the client waits.
        await expect.poll(() => failureOf(uses[use]())).toBeUndefined();
      } finally {
        member?.resume();
        await closeQuietly(manager);
        await server.stop();
      }
    },
  );
});

onEachDriver('`stats` counts sessions, transactions, retries and findings', async driver => {
  const { manager, guarded } = await fixture(driver);
  await manager.withTxn(async (session, { attempt }) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    if (attempt === 1) throw transientError(driver);
  });
  await failureOf(manager.withTxn(() => Promise.reject(new Error('mine'))));
  const open = manager.startSession();
  let inside: unknown;
  await manager.withSession(async () => void (inside = manager.stats().callbacksRunning));
  expect(inside).toBe(1);
  expect(manager.stats()).toEqual({
    sessionsStarted: 4,
    sessionsEnded: 3,
    sessionsOpen: 1,
    operationsInFlight: 0,
    transactionsOpen: 0,
    transactionsCommitted: 1,
    transactionsAborted: 1,
    transactionsRetried: 1,
    networkErrorsLabelled: 0,
    attemptsHeldBack: 0,
    attemptsWaiting: 0,
    callsWaiting: 0,
    callbacksRunning: 0,
    pool: { checkedOut: 0, available: expect.any(Number), waiting: 0 },
    findings: {},
  });
  await open.endSession();
});

onEachDriver(
  '`stats` counts as aborted what ends with its session, and what the server refuses to commit',
  async driver => {
    const { manager, guarded } = await fixture(driver);
    const begin = async (_id: string) => {
      const session = manager.startSession();
      session.startTransaction();
      await guarded.items.insertOne({ _id }, { session });
      return session;
    };
    const aborted = () => manager.stats().transactionsAborted;
    const byHand = await begin('by hand');
    await byHand.abortTransaction();
    await byHand.endSession();
    expect(aborted()).toBe(1);
    const leftOpen = await begin('left open');
    await leftOpen.endSession();
    expect(aborted()).toBe(2);
    const refused = await begin('refused');
    await manager.client.db('admin').command({ killSessions: [refused.id] });
    expect(await failureOf(refused.commitTransaction())).toMatchObject({ code: 251 });
    await refused.endSession();
    expect(aborted()).toBe(3);
  },
);

onEachDriver('events tell of sessions and transactions, as plain data', async driver => {
  const { manager, guarded } = await fixture(driver);
  const heard: string[] = [];
  const names = [
    'sessionStarted',
    'sessionEnded',
    'transactionCommitted',
    'transactionAborted',
    'transactionRetried',
    'transactionEnded',
  ] as const;
  for (const name of names) {
    manager.on(name, (event: SessionGuardEvent | TransactionSummary) => {
      heard.push(name);
      expect(structuredClone(JSON.parse(JSON.stringify(event)))).toMatchObject({ v: 1, type: event.type });
    });
  }
  await manager.withTxn(async (session, { attempt }) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    if (attempt === 1) throw transientError(driver);
  });
  expect(heard).toEqual([
    'sessionStarted',
    'transactionAborted',
    'transactionRetried',
    'transactionCommitted',
    'transactionEnded',
    'sessionEnded',
  ]);
});

onEachDriver(
  'a listener that throws never reaches the call, is taken off, and the others go on',
  async driver => {
    const { manager, guarded } = await fixture(driver);
    let calls = 0;
    const heard: string[] = [];
    manager.on('finding', () => {
      calls += 1;
      throw new Error('listener');
    });
    manager.on('finding', ({ rule }) => heard.push(rule));
    const off = onFinding(() => {
      throw new Error('listener of the process');
    });
    const misuses = async () => {
      const session = manager.startSession();
      await session.endSession();
      return [
        await failureOf(guarded.items.insertOne({ _id: 'a' }, { session })),
        await failureOf(guarded.items.findOne({}, { session })),
      ];
    };
    for (const error of await misuses()) expect(error).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
    off();
    expect(calls).toBe(1);
    expect(heard).toEqual(['use-after-end', 'use-after-end']);
  },
);

onEachDriver(
  '`finding` is emitted, and the process-wide `onFinding` hears managed and unmanaged clients',
  async driver => {
    const { manager, plain, guarded } = await fixture(driver);
    const heard: string[] = [];
    const off = onFinding(({ rule }) => heard.push(rule));
    const emitted = once(manager, 'finding');
    // Findings of unmanaged clients are reported once per place over the whole process: so each driver has its own.
    const use =
      driver.name === 'driver 7'
        ? ({ items }: Side, session: ClientSession) => items.findOne({}, { session })
        : ({ items }: Side, session: ClientSession) => items.findOne({}, { session });
    for (const side of [guarded, plain]) {
      const session = side.client.startSession();
      await session.endSession();
      await failureOf(use(side, session));
    }
    await emitted;
    off();
    expect(heard).toEqual(['use-after-end', 'use-after-end']);
  },
);

onEachDriver(
  '`adopt` takes a client that is connected, and guards sessions that were started before',
  async driver => {
    const client = new driver.lib.MongoClient(replicaSetUri());
    await client.connect();
    const early = client.startSession();
    const findings: string[] = [];
    const manager = ConnectionManager.adopt(client, {
      console: false,
      onFinding: ({ rule }) => findings.push(rule),
    });
    expect(manager.client).toBe(client);
    await early.endSession();
    const failure = await failureOf(manager.db('real').collection('x').findOne({}, { session: early }));
    await manager.close();
    expect(failure).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
    expect(findings).toEqual(['use-after-end']);
  },
);

onEachDriver('a second manager of the same client does not silence the first', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const heard: string[] = [];
  const second = ConnectionManager.adopt(manager.client, {
    console: false,
    onFinding: ({ rule }) => heard.push(rule),
  });
  const session = second.startSession();
  await session.endSession();
  await failureOf(guarded.items.findOne({}, { session }));
  expect(heard).toEqual(['use-after-end']);
  expect(findings.map(({ rule }) => rule)).toEqual(['use-after-end']);
});
