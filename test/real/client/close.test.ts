import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Driver, drivers } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf, type Outcome, outcomeOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { gate } from '../../support/gate.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });
const misuse = misusesIn(import.meta.filename);
const slow = { failCommands: ['insert', 'getMore'], blockConnection: true, blockTimeMS: 150 };

onEachDriver(
  '`close` waits for operations of explicit and of implicit sessions, and is reported',
  async driver => {
    const { guarded, manager, admin, appName, findings } = await fixture(driver);
    await guarded.client.connect();
    await failCommand(admin, appName, 'alwaysOn', slow);
    const session = manager.startSession();
    const late = [
      outcomeOf(guarded.items.insertOne({ _id: 'explicit' }, { session })),
      outcomeOf(guarded.items.insertOne({ _id: 'implicit' })),
      outcomeOf(guarded.items.insertMany([{ _id: 'many 1' }, { _id: 'many 2' }])),
      outcomeOf(guarded.items.bulkWrite([{ insertOne: { document: { _id: 'bulk' } } }])),
    ];
    await manager.close(); // misuse: close in use
    expect((await Promise.all(late)).map(({ error }) => error)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(await guarded.ids()).toEqual(['bulk', 'explicit', 'implicit', 'many 1', 'many 2']);
    expect(foundIn(findings)).toEqual([misuse('client-closed-in-use', 'close in use')]);
  },
);

describe.each(drivers)('$name', driver => {
  test.each(['on the wire', 'begun just before'])(
    '`close` waits for fetches of an implicit cursor %s',
    async when => {
      const { guarded, manager, admin, appName } = await fixture(driver);
      await guarded.items.insertMany([{ _id: '1' }, { _id: '2' }, { _id: '3' }]);
      const cursor = guarded.items.find({}, { batchSize: 2 });
      await cursor.next();
      await cursor.next();
      await failCommand(admin, appName, 'alwaysOn', slow);
      const third = outcomeOf(cursor.next());
      const fetched = () => guarded.sent.at(-1)?.name === 'getMore';
      if (when === 'on the wire') while (!fetched()) await sleep(1);
      await manager.close();
      expect((await third).value).toEqual({ _id: '3' });
    },
  );
});

onEachDriver(
  '`close` waits for a running `withTxn` and `withSession`, through all their steps',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const transaction = manager.withTxn(async session => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      await sleep(60);
      await guarded.items.insertOne({ _id: 'b' }, { session });
    });
    const work = manager.withSession(async session => {
      await sleep(80);
      await guarded.items.insertOne({ _id: 'c' }, { session });
    });
    while (guarded.sent.length === 0) await sleep(1);
    await sleep(20);
    await manager.close(); // misuse: running callbacks
    expect(await failureOf(transaction)).toBeUndefined();
    expect(await failureOf(work)).toBeUndefined();
    expect(await guarded.ids()).toEqual(['a', 'b', 'c']);
    expect(foundIn(findings)).toEqual([misuse('client-closed-in-use', 'running callbacks')]);
  },
);

onEachDriver('`close` waits for the `afterCommit` of a running transaction', async driver => {
  const { guarded, manager } = await fixture(driver);
  let mailed = false;
  const transaction = manager.withTxn(async (session, txn) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    txn.afterCommit(async () => {
      await guarded.items.insertOne({ _id: 'mail' });
      mailed = true;
    });
  });
  while (guarded.sent.length === 0) await sleep(1);
  await manager.close();
  expect(mailed).toBe(true);
  await transaction;
});

onEachDriver('`close` refuses new runners at once', async driver => {
  const { guarded, manager } = await fixture(driver);
  await guarded.client.connect();
  const running = manager.withSession(() => sleep(50));
  const closing = manager.close();
  const refused = [
    manager.withTxn(async () => undefined),
    manager.withSession(async () => undefined),
    manager.connect(),
  ].map(call => failureOf(call));
  expect((await Promise.all(refused)).map(codeOf)).toEqual(Array(3).fill('ERR_SESSION_GUARD_CLOSED'));
  expect(() => manager.startSession()).toThrow(expect.objectContaining({ code: 'ERR_SESSION_GUARD_CLOSED' }));
  await Promise.all([running, closing]);
});

onEachDriver('work that outlasts the grace is cut off and reported', async driver => {
  const { guarded, manager, admin, appName, findings } = await fixture(driver);
  await guarded.client.connect();
  await failCommand(admin, appName, 'alwaysOn', { ...slow, blockTimeMS: 10_000 });
  const late = outcomeOf(guarded.items.insertOne({ _id: 'a' }));
  while (guarded.sent.length === 0) await sleep(1);
  await manager.close({ graceMS: 50 }); // misuse: grace
  expect((await late).error).toBeInstanceOf(Error);
  expect(foundIn(findings)).toEqual([
    misuse('client-closed-in-use', 'grace'),
    misuse('client-closed-in-use', 'grace'),
  ]);
  expect(findings.map(({ messageId }) => messageId)).toEqual(['operations', 'cutOff']);
});

onEachDriver('a callback that outlasts the grace is cut off and reported', async driver => {
  const { manager, guarded, findings } = await fixture(driver, { guard: { closeGraceMS: 50 } });
  await guarded.client.connect();
  const closed = gate();
  const running = outcomeOf(manager.withSession(() => closed.opened));
  await manager.close(); // misuse: callback
  closed.open();
  const once = misuse('client-closed-in-use', 'callback');
  expect(foundIn(findings)).toEqual([once, once]);
  expect(findings.map(({ messageId }) => messageId)).toEqual(['operations', 'cutOff']);
  await running;
});

onEachDriver('called from inside a callback it does not wait for that one, and is reported', async driver => {
  const { manager, guarded, findings } = await fixture(driver, { guard: { closeGraceMS: 60_000 } });
  await guarded.client.connect();
  await manager.withSession(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await manager.close(); // misuse: inside
  });
  expect(await guarded.ids()).toEqual(['a']);
  expect(foundIn(findings)).toEqual([misuse('client-closed-in-use', 'inside')]);
});

onEachDriver('an open change stream, an idle cursor and an idle session do not hold it up', async driver => {
  const { manager, guarded, findings } = await fixture(driver, { guard: { closeGraceMS: 60_000 } });
  await guarded.items.insertMany([{ _id: '1' }, { _id: '2' }, { _id: '3' }]);
  const stream = guarded.items.watch();
  const waiting: Promise<Outcome<unknown>> = outcomeOf(stream.next());
  while (guarded.sent.at(-1)?.name !== 'getMore') await sleep(1);
  const cursor = guarded.items.find({}, { batchSize: 1 });
  await cursor.next();
  manager.startSession();
  await manager.close();
  expect((await waiting).error).toBeInstanceOf(Error);
  expect(findings).toEqual([]);
});

onEachDriver(
  'it may be called twice, at once and before a connect, also as `Symbol.asyncDispose`',
  async driver => {
    const { manager, findings } = await fixture(driver);
    await Promise.all([manager.close(), manager.close()]);
    await manager[Symbol.asyncDispose]();
    expect(findings).toEqual([]);
  },
);

onEachDriver('an operation in flight without a session is named by its command', async driver => {
  const { manager, guarded, appName, findings } = await fixture(driver);
  const { items } = guarded;
  await items.insertOne({ _id: 'a' });
  const running = [items.deleteOne({ _id: 'a' }), items.insertOne({ _id: 'b' })];
  await manager.close();
  await Promise.all(running);
  expect(findings.map(({ rule, data }) => [rule, data['work']])).toEqual([
    ['client-closed-in-use', `delete on ${appName}.guarded, insert on ${appName}.guarded`],
  ]);
});

onEachDriver('an operation on a closed client is reported with the line of its close', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  await guarded.items.insertOne({ _id: 'a' });
  await manager.close(); // misuse: closed
  expect(await failureOf(guarded.items.insertOne({ _id: 'b' }))).toBeInstanceOf(Error); // misuse: after close
  expect(foundIn(findings)).toEqual([misuse('client-use-after-close', 'after close')]);
  expect(findings[0]?.endedAt?.line).toBe(misuse('', 'closed').line);
});

onEachDriver(
  'a session left in a transaction, and several from one place, are reported as leaks',
  async driver => {
    const { manager, guarded, findings } = await fixture(driver);
    const left = manager.startSession(); // misuse: in a transaction
    left.startTransaction(); // misuse: never committed
    await guarded.items.insertOne({ _id: 'a' }, { session: left });
    for (let count = 0; count < 3; count += 1) manager.startSession(); // misuse: several
    await manager.close();
    expect(await guarded.ids()).toEqual([]);
    expect(foundIn(findings)).toEqual([
      misuse('session-leak', 'in a transaction'),
      misuse('session-leak', 'several'),
      misuse('commit-forgotten', 'never committed'),
    ]);
  },
);

onEachDriver('`close` in what a callback has left behind waits for its commit', async driver => {
  const { guarded, manager, admin, appName } = await fixture(driver);
  await guarded.client.connect();
  await failCommand(admin, appName, 'alwaysOn', { ...slow, failCommands: ['commitTransaction'] });
  const committing = () => guarded.sent.at(-1)?.name === 'commitTransaction';
  let closed: Promise<void> | undefined;
  const leftBehind = async () => {
    while (!committing()) await sleep(1);
    closed = manager.close();
  };
  await manager.withTxn(async session => {
    void leftBehind();
    await guarded.items.insertOne({ _id: 'a' }, { session });
  });
  await closed;
  expect(await guarded.ids()).toEqual(['a']);
});
