import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);
const endedInHelper = 'ERR_SESSION_GUARD_ENDED_IN_HELPER';

onEachDriver(
  'a session ended by hand inside `withTxn` rejects with a clear error and writes nothing',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const failure = await failureOf(
      manager.withTxn(async session => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        await session.endSession(); // misuse: end
      }),
    );
    expect(codeOf(failure)).toBe(endedInHelper);
    expect(await guarded.ids()).toEqual([]);
    expect(foundIn(findings)).toEqual([misuse('manual-end-in-helper', 'end')]);
  },
);

onEachDriver('an end that is not awaited rejects just as well', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const failure = await failureOf(
    manager.withTxn(async session => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      void session.endSession(); // misuse: end not awaited
    }),
  );
  expect(codeOf(failure)).toBe(endedInHelper);
  expect(await guarded.ids()).toEqual([]);
  expect(foundIn(findings)).toEqual([misuse('manual-end-in-helper', 'end not awaited')]);
});

onEachDriver('an end before the first operation rejects just as well', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const failure = await failureOf(
    manager.withTxn(async session => {
      await session.endSession(); // misuse: end first
    }),
  );
  expect(codeOf(failure)).toBe(endedInHelper);
  expect(foundIn(findings)).toEqual([misuse('manual-end-in-helper', 'end first')]);
  expect(guarded.sent).toEqual([]);
});

onEachDriver('a commit by hand in the callback counts as done', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const value = await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await session.commitTransaction();
    return 'done';
  });
  expect(value).toBe('done');
  expect(await guarded.ids()).toEqual(['a']);
  expect(guarded.sent.filter(({ name }) => name === 'commitTransaction')).toHaveLength(1);
  expect(findings).toEqual([]);
});

onEachDriver('an abort by hand in the callback counts as done', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  let commits = 0;
  let aborts = 0;
  const value = await manager.withTxn(async (session, txn) => {
    txn.afterCommit(() => (commits += 1));
    txn.afterAbort(() => (aborts += 1));
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await session.abortTransaction();
    return 'done';
  });
  expect([value, commits, aborts]).toEqual(['done', 0, 1]);
  expect(await guarded.ids()).toEqual([]);
  expect(findings).toEqual([]);
});

onEachDriver('`afterCommit` runs after a commit by hand', async driver => {
  const { guarded, manager } = await fixture(driver);
  const ran: string[] = [];
  await manager.withTxn(async (session, txn) => {
    txn.afterCommit(() => ran.push('commit'));
    txn.afterAbort(() => ran.push('abort'));
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await session.commitTransaction();
  });
  expect(ran).toEqual(['commit']);
});

describe.each(drivers)('$name', driver => {
  test.each(['commitTransaction', 'abortTransaction'] as const)(
    'work that follows `%s` by hand is reported',
    async end => {
      const { guarded, manager, findings } = await fixture(driver);
      await manager.withTxn(async session => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        await session[end]();
        await guarded.items.insertOne({ _id: 'b' }, { session }); // misuse: work after
      });
      expect(await guarded.ids()).toEqual(end === 'commitTransaction' ? ['a', 'b'] : ['b']);
      expect(foundIn(findings)).toEqual([misuse('manual-end-in-helper', 'work after')]);
    },
  );
});

const mine = new Error('mine');

describe.each(drivers)('$name', driver => {
  test.each(['commitTransaction', 'abortTransaction', 'endSession'] as const)(
    "after `%s` by hand the callback's own error reaches the caller",
    async end => {
      const { guarded, manager, findings } = await fixture(driver);
      const failure = await failureOf(
        manager.withTxn(async session => {
          await guarded.items.insertOne({ _id: 'a' }, { session });
          await session[end]();
          throw mine;
        }),
      );
      expect(failure).toBe(mine);
      expect(await guarded.ids()).toEqual(end === 'commitTransaction' ? ['a'] : []);
      expect(findings.map(({ rule }) => rule)).toEqual(['manual-end-in-helper']);
    },
  );
});

onEachDriver("an abort by hand that is not awaited does not hide the callback's own error", async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const failure = await failureOf(
    manager.withTxn(async session => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      void failureOf(session.abortTransaction());
      throw mine;
    }),
  );
  expect(failure).toBe(mine);
  expect(await guarded.ids()).toEqual([]);
  expect(guarded.sent.filter(({ name }) => name === 'abortTransaction')).toHaveLength(1);
  expect(findings.length).toBeGreaterThan(0);
});

onEachDriver('a commit by hand that is not awaited is reported, and not sent again', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    void failureOf(session.commitTransaction()); // misuse: commit not awaited
  });
  expect(await guarded.ids()).toEqual(['a']);
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'commit not awaited')]);
  expect(guarded.sent.filter(({ name }) => name === 'commitTransaction')).toHaveLength(1);
});

onEachDriver(
  'abort after commit in a catch-all is reported, and the second commit of other code too',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    await session.commitTransaction();
    expect(await failureOf(session.abortTransaction())).toBeDefined(); // misuse: abort after commit
    await failureOf(session.commitTransaction()); // misuse: second commit
    await session.endSession();
    expect(foundIn(findings)).toEqual([
      misuse('transaction-state', 'abort after commit'),
      misuse('transaction-state', 'second commit'),
    ]);
  },
);

onEachDriver('a commit without a start is reported and rejected as the driver does', async driver => {
  const { guarded, findings } = await fixture(driver);
  const session = guarded.client.startSession();
  expect(await failureOf(session.commitTransaction())).toBeInstanceOf(driver.lib.MongoTransactionError); // misuse: no start
  await session.endSession();
  expect(foundIn(findings)).toEqual([misuse('transaction-state', 'no start')]);
});
