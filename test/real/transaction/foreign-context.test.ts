import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';

/** A limiter as many packages have it: the next job runs at the end of the one before, in its async context. */
function limiter() {
  const waiting: (() => void)[] = [];
  let busy = false;
  return async <T>(job: () => Promise<T>): Promise<T> => {
    if (busy) await new Promise<void>(resolve => waiting.push(resolve));
    return new Promise<T>((resolve, reject) => {
      const run = () => {
        job()
          .then(resolve, reject)
          .finally(() => {
            busy = false;
            waiting.shift()?.();
          });
      };
      busy = true;
      run();
    });
  };
}

/** The same with callbacks, so that no promise carries the context of the caller. */
function callbackQueue() {
  const jobs: (() => Promise<unknown>)[] = [];
  let busy = false;
  const next = () => {
    const job = busy ? undefined : jobs.shift();
    if (job === undefined) return;
    busy = true;
    void job().finally(() => {
      busy = false;
      next();
    });
  };
  return <T>(job: () => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      jobs.push(() => job().then(resolve, reject));
      next();
    });
}

onEachDriver('a `withTxn` that a limiter runs in the context of another one is its own', async driver => {
  for (const limit of [limiter(), callbackQueue()]) {
    const { manager, guarded, findings } = await fixture(driver);
    const { items } = guarded;
    const mine = new Error('A fails');
    const first = manager.withTxn(async session => {
      await limit(() => items.insertOne({ _id: 'a' }, { session }));
      await sleep(60);
      throw mine;
    });
    const second = sleep(1).then(() =>
      limit(() => manager.withTxn(async session => items.insertOne({ _id: 'b' }, { session }))),
    );
    expect(await failureOf(first)).toBe(mine);
    await second;
    expect(await guarded.ids()).toEqual(['b']);
    expect(findings).toEqual([]);
  }
});

onEachDriver(
  'a plain write that a queue runs in the context of a transaction is not reported',
  async driver => {
    const { manager, guarded, findings } = await fixture(driver);
    const queue = callbackQueue();
    const transaction = manager.withTxn(async session => {
      await queue(() => guarded.items.insertOne({ _id: 'a' }, { session }));
      await sleep(50);
    });
    await sleep(1);
    await Promise.all([transaction, queue(() => guarded.items.insertOne({ _id: 'b' }))]);
    expect(findings).toEqual([]);
  },
);

onEachDriver('`withTxn` joins through awaits, Promise.all and then', async driver => {
  const { manager, guarded } = await fixture(driver);
  const inner = (id: string) =>
    manager.withTxn(async session => guarded.items.insertOne({ _id: id }, { session }));
  const mine = new Error('outer fails');
  const call = manager.withTxn(async () => {
    await inner('awaited');
    await Promise.all(
      ['one', 'two'].map(async id => {
        await sleep(1);
        await inner(id);
      }),
    );
    await sleep(1).then(() => inner('then'));
    throw mine;
  });
  expect(await failureOf(call)).toBe(mine);
  expect(await guarded.ids()).toEqual([]);
});

onEachDriver('a worker that a callback starts serves others in transactions of their own', async driver => {
  const { manager, guarded } = await fixture(driver);
  const { items } = guarded;
  const jobs: (() => Promise<unknown>)[] = [];
  let wake: (() => void) | undefined;
  const work = async () => {
    for (let round = 0; round < 2; round += 1) {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  };
  const enqueue = (id: string) =>
    new Promise<void>((resolve, reject) => {
      jobs.push(() =>
        manager
          .withTxn(async session => items.insertOne({ _id: id }, { session }))
          .then(() => resolve(), reject),
      );
      wake?.();
    });
  const working = gate();
  const served = gate();
  const first = manager.withTxn(async session => {
    await items.insertOne({ _id: 'a' }, { session });
    void work();
    working.open();
    await served.opened;
    throw new Error('A fails');
  });
  await working.opened;
  await enqueue('b');
  served.open();
  await failureOf(first);
  expect(await guarded.ids()).toEqual(['b']);
});

onEachDriver(
  'what a listener for findings writes is not part of the transaction it hears of',
  async driver => {
    const { manager, guarded } = await fixture(driver);
    const { items } = guarded;
    const logged: Promise<unknown>[] = [];
    manager.on('finding', () => {
      logged.push(manager.withTxn(async session => items.insertOne({ _id: 'log' }, { session })));
    });
    const call = manager.withTxn(async session => {
      await Promise.all([
        items.insertOne({ _id: 'a' }, { session }),
        items.insertOne({ _id: 'b' }, { session }),
      ]);
      throw new Error('rolled back');
    });
    await failureOf(call);
    await Promise.all(logged);
    expect(await guarded.ids()).toEqual(['log']);
  },
);

onEachDriver(
  'a worker that an earlier callback started serves the later ones of its session',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const session = guarded.client.startSession();
    const jobs: (() => Promise<unknown>)[] = [];
    let wake: (() => void) | undefined;
    let worker: Promise<void> | undefined;
    const work = async () => {
      while (jobs.length < 100) {
        for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    };
    const insert = (id: string) =>
      new Promise<void>((resolve, reject) => {
        jobs.push(() => guarded.items.insertOne({ _id: id }, { session }).then(() => resolve(), reject));
        worker ??= work();
        wake?.();
      });
    await session.withTransaction(() => insert('first'));
    await insert('between');
    expect(await guarded.ids()).toEqual(['between', 'first']);
    await session.endSession();
    expect(findings).toEqual([]);
  },
);
