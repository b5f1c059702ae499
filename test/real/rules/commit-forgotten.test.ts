import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);

onEachDriver(
  'a manual transaction that is never committed is reported when the client closes',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const { client, items } = guarded;
    const session = client.startSession();
    session.startTransaction(); // misuse: closed
    await items.insertOne({ _id: 'a' }, { session });
    await items.bulkWrite([{ insertOne: { document: { _id: 'b' } } }], { session });
    await session.endSession();
    expect(findings).toEqual([]);
    await manager.close();
    expect(foundIn(findings)).toEqual([misuse('commit-forgotten', 'closed')]);
    expect(findings[0]).toMatchObject({ messageId: 'one', data: { count: 1 } });
  },
);

onEachDriver('the third one of a line is reported at once', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  const save = (_id: string) =>
    client.withSession(async session => {
      session.startTransaction(); // misuse: third
      await items.insertOne({ _id }, { session });
    });
  await save('a');
  await save('b');
  expect(findings).toEqual([]);
  await save('c');
  expect(foundIn(findings)).toEqual([misuse('commit-forgotten', 'third')]);
  expect(await guarded.ids()).toEqual([]);
});

onEachDriver('one that is open when the client closes is reported in addition to the leak', async driver => {
  const { guarded, manager, findings } = await fixture(driver, { guard: { protect: false } });
  const session = guarded.client.startSession();
  session.startTransaction();
  await guarded.items.insertOne({ _id: 'a' }, { session });
  await manager.close();
  expect(findings.map(({ rule }) => rule).toSorted()).toEqual(['commit-forgotten', 'session-leak']);
});

onEachDriver('a line whose transactions the program commits on some path is not reported', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { client, items } = guarded;
  const save = async (_id: string, valid: boolean) => {
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id }, { session });
    if (valid) await session.commitTransaction();
    await session.endSession();
  };
  for (const [id, valid] of [
    ['a', false],
    ['b', false],
    ['c', true],
    ['d', false],
    ['e', false],
  ] as const)
    await save(id, valid);
  await manager.close();
  expect(findings).toEqual([]);
});

onEachDriver('nothing is said of transactions that fail, read, or are aborted', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { client, items } = guarded;
  await items.insertOne({ _id: 'taken' });
  for (let n = 0; n < 3; n += 1) {
    await client.withSession(async session => {
      session.startTransaction();
      await items.insertOne({ _id: 'new' }, { session });
      await failureOf(items.insertOne({ _id: 'taken' }, { session }));
    });
    await client.withSession(async session => {
      session.startTransaction();
      await items.findOne({}, { session });
    });
    await client.withSession(async session => {
      session.startTransaction();
      await items.insertOne({ _id: 'dry run' }, { session });
      await session.abortTransaction();
    });
  }
  await manager.close();
  expect(findings).toEqual([]);
});

onEachDriver('a commit that is not awaited before the end is none that was forgotten', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { client, items } = guarded;
  const session = client.startSession();
  session.startTransaction();
  await items.insertOne({ _id: 'a' }, { session });
  await Promise.all([session.commitTransaction(), session.endSession()]);
  await manager.close();
  expect(findings.map(({ rule }) => rule)).not.toContain('commit-forgotten');
});

onEachDriver(
  'nothing is said of one run that rolled back where the code commits on another way',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const { client, items } = guarded;
    const take = async (_id: string, isLeft: boolean) => {
      const session = client.startSession();
      try {
        session.startTransaction();
        await items.insertOne({ _id }, { session });
        if (!isLeft) return;
        await session.commitTransaction();
      } finally {
        await session.endSession();
      }
    };
    await take('a', false);
    await take('b', false);
    await manager.close();
    expect(findings).toEqual([]);
  },
);

onEachDriver('nothing is said of a unit of work that was left once without its commit', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { client, items } = guarded;
  class UnitOfWork {
    readonly session = client.startSession();
    begin() {
      this.session.startTransaction();
    }
    commit() {
      return this.session.commitTransaction();
    }
    leave() {
      return this.session.endSession();
    }
  }
  const work = new UnitOfWork();
  work.begin();
  await items.insertOne({ _id: 'a' }, { session: work.session });
  await work.leave();
  await manager.close();
  expect(findings).toEqual([]);
});

onEachDriver(
  'three runs of a line without a commit are reported, whatever its code could do',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    const save = async (_id: string, isRight: boolean) => {
      const session = client.startSession();
      session.startTransaction(); // misuse: never
      await items.insertOne({ _id }, { session });
      if (isRight) await session.commitTransaction();
      await session.endSession();
    };
    for (const id of ['a', 'b', 'c']) await save(id, false);
    expect(foundIn(findings)).toEqual([misuse('commit-forgotten', 'never')]);
  },
);
