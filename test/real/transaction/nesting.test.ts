import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf, type Outcome, outcomeOf } from '../support/outcome.ts';
import { transientError } from '../support/transient-error.ts';

const misuse = misusesIn(import.meta.filename);
const mine = new Error('mine');

onEachDriver('an inner `withTxn` joins: one transaction, one session, one commit', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const sessions: ClientSession[] = [];
  const value = await manager.withTxn(async outer => {
    sessions.push(outer);
    await guarded.items.insertOne({ _id: 'a' }, { session: outer });
    return manager.withTxn(async inner => {
      sessions.push(inner);
      await guarded.items.insertOne({ _id: 'b' }, { session: inner });
      return 'inner';
    });
  });
  expect(value).toBe('inner');
  expect(sessions[1]).toBe(sessions[0]);
  expect(guarded.sent.map(({ name }) => name)).toEqual(['insert', 'insert', 'commitTransaction']);
  expect(findings).toEqual([]);
});

onEachDriver(
  'a joined failure makes the outer transaction rollback-only, and the inner error is thrown',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const failure = await failureOf(
      manager.withTxn(async session => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        await failureOf(manager.withTxn(() => Promise.reject(mine)));
        return 'all the same';
      }),
    );
    expect(failure).toBe(mine);
    expect(await guarded.ids()).toEqual([]);
    expect(findings).toEqual([]);
  },
);

onEachDriver(
  'a joined call that fails because of an error swallowed before it gives that error, and nothing is retried',
  async driver => {
    const { guarded, manager } = await fixture(driver);
    await guarded.items.insertOne({ _id: 'taken' });
    let ran = 0;
    const failure = await failureOf(
      manager.withTxn(async session => {
        ran += 1;
        const swallowed = await failureOf(guarded.items.insertOne({ _id: 'taken' }, { session }));
        expect(codeOf(swallowed)).toBe(11_000);
        const inner = () => manager.withTxn(own => guarded.items.insertOne({ _id: 'b' }, { session: own }));
        expect(codeOf(await failureOf(inner()))).toBe(251);
      }),
    );
    expect(codeOf(failure)).toBe(11_000);
    expect(ran).toBe(1);
    expect(await guarded.ids()).toEqual(['taken']);
  },
);

onEachDriver('the error of the outer callback comes before that of a joined one', async driver => {
  const { manager } = await fixture(driver);
  const own = new Error('outer');
  const call = manager.withTxn(async () => {
    await failureOf(manager.withTxn(() => Promise.reject(mine)));
    throw own;
  });
  expect(await failureOf(call)).toBe(own);
});

onEachDriver(
  'a transient failure of a joined call retries the outer transaction, not the inner',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    let outer = 0;
    let inner = 0;
    await manager.withTxn(async session => {
      outer += 1;
      await guarded.items.insertOne({ _id: 'a' }, { session });
      const joined = manager.withTxn(async () => {
        inner += 1;
        if (inner < 3) throw transientError(driver);
      });
      await failureOf(joined);
    });
    expect([outer, inner]).toEqual([3, 3]);
    expect(await guarded.ids()).toEqual(['a']);
    expect(findings).toEqual([]);
  },
);

onEachDriver(
  "`nested: 'new'` is a transaction of its own, which stays when the outer one is aborted",
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const call = manager.withTxn(async session => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      await manager.withTxn(own => guarded.items.insertOne({ _id: 'b' }, { session: own }), {
        nested: 'new',
      });
      throw mine;
    });
    expect(await failureOf(call)).toBe(mine);
    expect(await guarded.ids()).toEqual(['b']);
    expect(findings).toEqual([]);
  },
);

onEachDriver("`nested: 'error'` rejects inside a transaction and only there", async driver => {
  const { guarded, manager } = await fixture(driver);
  const insert = (session: ClientSession) => guarded.items.insertOne({ _id: 'a' }, { session });
  await manager.withTxn(insert, { nested: 'error' });
  const call = manager.withTxn(() => manager.withTxn(insert, { nested: 'error' }));
  expect(codeOf(await failureOf(call))).toBe('ERR_SESSION_GUARD_NESTED_TRANSACTION');
});

onEachDriver('a joined call with other transaction options is an error', async driver => {
  const { manager } = await fixture(driver);
  const call = manager.withTxn(() =>
    manager.withTxn(async () => undefined, { readConcern: { level: 'snapshot' } }),
  );
  expect(codeOf(await failureOf(call))).toBe('ERR_SESSION_GUARD_NESTED_TRANSACTION');
  const same = { readConcern: { level: 'snapshot' } } as const;
  expect(
    await failureOf(manager.withTxn(() => manager.withTxn(async () => undefined, same), same)),
  ).toBeUndefined();
});

onEachDriver('callbacks of a joined call run after the outermost commit, in order', async driver => {
  const { guarded, manager } = await fixture(driver);
  const ran: string[] = [];
  await manager.withTxn(async (session, txn) => {
    txn.afterCommit(() => ran.push('first'));
    await manager.withTxn(async (_inner, joined) => {
      joined.afterCommit(async () => ran.push(`second of ${(await guarded.ids()).length}`));
    });
    ran.push('inner done');
    await guarded.items.insertOne({ _id: 'a' }, { session });
    txn.afterCommit(() => ran.push('third'));
  });
  expect(ran).toEqual(['inner done', 'first', 'second of 1', 'third']);
});

onEachDriver('a joined call that is not awaited is reported, drained and committed', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  let joined: Promise<Outcome<unknown>> | undefined;
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    const inner = manager.withTxn(own => guarded.items.insertOne({ _id: 'b' }, { session: own })); // misuse: joined
    joined = outcomeOf(inner);
  });
  expect((await joined)?.error).toBeUndefined();
  expect(await guarded.ids()).toEqual(['a', 'b']);
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['unawaited-operation']));
  expect(foundIn(findings)[0]).toEqual(misuse('unawaited-operation', 'joined'));
});

onEachDriver('two joined calls at once are safe', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const insert = (_id: string) => manager.withTxn(session => guarded.items.insertOne({ _id }, { session })); // misuse: both
  await manager.withTxn(() => Promise.all([insert('a'), insert('b')]));
  expect(await guarded.ids()).toEqual(['a', 'b']);
  expect(foundIn(findings)).toEqual([misuse('parallel-in-transaction', 'both')]);
});

onEachDriver(
  '`options.session` joins a session in a transaction, and starts one otherwise without ending it',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const session = manager.startSession();
    await manager.withTxn(own => guarded.items.insertOne({ _id: 'a' }, { session: own }), { session });
    expect(session.hasEnded).toBe(false);
    session.startTransaction();
    await manager.withTxn(own => guarded.items.insertOne({ _id: 'b' }, { session: own }), { session });
    expect(session.inTransaction()).toBe(true);
    await session.abortTransaction();
    await session.endSession();
    expect(await guarded.ids()).toEqual(['a']);
    expect(findings).toEqual([]);
  },
);

onEachDriver('a joined failure in a transaction by hand forbids its commit', async driver => {
  const { guarded, manager } = await fixture(driver);
  const session = manager.startSession();
  session.startTransaction();
  await guarded.items.insertOne({ _id: 'a' }, { session });
  expect(await failureOf(manager.withTxn(() => Promise.reject(mine), { session }))).toBe(mine);
  expect(await failureOf(session.commitTransaction())).toBe(mine);
  await session.endSession();
  expect(await guarded.ids()).toEqual([]);
});

onEachDriver('a session of another client is refused', async driver => {
  const { manager, plain } = await fixture(driver);
  const session = plain.client.startSession();
  const failure = await failureOf(manager.withTxn(async () => undefined, { session }));
  expect(codeOf(failure)).toBe('ERR_SESSION_GUARD_FOREIGN_SESSION');
  await session.endSession();
});

onEachDriver('a nested `withTransaction` of the driver commits by itself and is reported', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  await client.withSession(outer =>
    outer.withTransaction(async () => {
      await items.insertOne({ _id: 'a' }, { session: outer });
      await client.withSession(async inner => {
        const insert = () => items.insertOne({ _id: 'b' }, { session: inner });
        await inner.withTransaction(insert); // misuse: commits by itself
      });
    }),
  );
  expect(foundIn(findings)).toEqual([misuse('nested-transaction', 'commits by itself')]);
});

onEachDriver('`startTransaction` in a transaction is reported', async driver => {
  const { guarded, findings } = await fixture(driver);
  const session = guarded.client.startSession();
  session.startTransaction();
  expect(() => session.startTransaction()).toThrow(driver.lib.MongoTransactionError); // misuse: start twice
  await session.abortTransaction();
  await session.endSession();
  expect(foundIn(findings)).toEqual([misuse('nested-transaction', 'start twice')]);
});

onEachDriver('a joined failure forbids the commit by hand, also where nothing is protected', async driver => {
  const { manager, guarded } = await fixture(driver, { guard: { protect: false } });
  const session = guarded.client.startSession();
  const inner = new Error('inner');
  session.startTransaction();
  await guarded.items.insertOne({ _id: 'a' }, { session });
  const joined = manager.withTxn(
    async () => {
      throw inner;
    },
    { session },
  );
  expect(await failureOf(joined)).toBe(inner);
  expect(await failureOf(session.commitTransaction())).toBe(inner);
  await session.endSession();
  expect(await guarded.ids()).toEqual([]);
});
