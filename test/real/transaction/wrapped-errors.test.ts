import { expect } from 'vitest';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type Fixture, type FixtureOptions } from '../support/fixture.ts';
import type { Driver } from '../support/drivers.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { SessionGuardTimeoutError, type WithTxnOptions } from '../../../src/index.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

class AppError extends Error {}

type Wrap = (cause: unknown) => unknown;

/** Books an item in a transaction whose update meets conflicts, and wraps the error. */
async function book(
  { manager, guarded, admin, appName }: Fixture,
  conflicts: number | 'alwaysOn',
  wrap: Wrap,
  options?: WithTxnOptions,
) {
  const data = { failCommands: ['update'], errorCode: 112, errorLabels: ['TransientTransactionError'] };
  const mode = conflicts === 'alwaysOn' ? conflicts : { times: conflicts };
  const off = await failCommand(admin, appName, mode, data);
  const thrown: unknown[] = [];
  const failure = await failureOf(
    manager.withTxn(async session => {
      try {
        await guarded.items.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session, upsert: true });
      } catch (error) {
        thrown.push(wrap(error));
        throw thrown.at(-1);
      }
    }, options),
  );
  await off();
  return { failure, thrown };
}

const wraps: readonly Wrap[] = [
  cause => new AppError('could not book', { cause }),
  cause => new AppError('outer', { cause: new AppError('inner', { cause }) }),
  cause => new AggregateError([new AppError('other'), new AppError('this', { cause })], 'several'),
];

onEachDriver(
  'an error that has the transient error of its attempt as a cause is retried as that one',
  async driver => {
    for (const wrap of wraps) {
      const prepared = await fixture(driver);
      const { failure, thrown } = await book(prepared, 2, wrap);
      expect([failure, thrown.length]).toEqual([undefined, 2]);
      expect(await prepared.guarded.items.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 1 });
      expect(prepared.findings).toEqual([]);
    }
  },
);

onEachDriver('when the attempts are over, the caller gets the own error of the last', async driver => {
  const [wrap = cause => cause] = wraps;
  const prepared = await fixture(driver);
  const { failure, thrown } = await book(prepared, 'alwaysOn', wrap, { maxAttempts: 3 });
  expect(thrown).toHaveLength(3);
  expect(failure).toBe(thrown.at(-1));
  let late = await book(prepared, 'alwaysOn', wrap, { timeoutMS: 200 });
  // On a busy machine the time may be up before the first conflict: then there is more of it.
  for (let timeoutMS = 600; late.thrown.length === 0; timeoutMS *= 3)
    late = await book(prepared, 'alwaysOn', wrap, { timeoutMS });
  expect(late.failure).toBeInstanceOf(SessionGuardTimeoutError);
  expect(late.failure).toMatchObject({ cause: expect.any(AppError) });
});

onEachDriver('an error without the cause is the last word, and the rule names the line', async driver => {
  const prepared = await fixture(driver);
  const { failure, thrown } = await book(prepared, 1, () => new AppError('could not book'));
  expect(thrown).toEqual([failure]);
  expect(prepared.findings.map(({ rule }) => rule)).toEqual(['hidden-transient-error']);
});

onEachDriver('the transient error of another attempt or transaction asks for nothing', async driver => {
  const prepared = await fixture(driver);
  let before: unknown;
  await book(prepared, 1, cause => {
    before = cause;
    return cause;
  });
  const mine = new AppError('mine', { cause: before });
  expect(await failureOf(prepared.manager.withTxn(() => Promise.reject(mine)))).toBe(mine);
});

onEachDriver('a transaction that failed for a reason that comes again is not retried', async driver => {
  const { manager, guarded } = await fixture(driver);
  await guarded.items.insertOne({ _id: 'there' });
  let attempts = 0;
  const failure = await failureOf(
    manager.withTxn(async session => {
      attempts += 1;
      await guarded.items.insertOne({ _id: 'there' }, { session }).catch(() => undefined);
      // NoSuchTransaction, which is transient, follows from the duplicate.
      await guarded.items.insertOne({ _id: 'b' }, { session }).catch((cause: unknown) => {
        throw new AppError('could not book', { cause });
      });
    }),
  );
  expect(failure).toBeInstanceOf(AppError);
  expect(attempts).toBe(1);
});

onEachDriver('with `protect: false` the own error is the last word', async driver => {
  const [wrap = cause => cause] = wraps;
  const { failure, thrown } = await book(await fixture(driver, { guard: { protect: false } }), 1, wrap);
  expect(thrown).toEqual([failure]);
});
