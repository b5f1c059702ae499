import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf, messageOf } from '../support/outcome.ts';
import type { Side } from '../support/side.ts';

// The programs of the design's table whose error is lost or misleading, each first without us.
const misuse = misusesIn(import.meta.filename);
const duplicateKey = 11000;

/** Without us the runner goes on for 120 s: a program that has seen this many attempts has seen enough. */
const enough = 20;

onEachDriver(
  'an error swallowed in the callback is retried for 120 s; with us the same error is thrown at once',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    const program = async ({ client, items }: Side) => {
      await items.insertOne({ _id: 'taken' });
      let attempts = 0;
      let swallowed: unknown;
      const failure = await failureOf(
        client.withSession(session =>
          session.withTransaction(async () => {
            attempts += 1;
            if (attempts === enough) throw new Error('enough');
            await items.insertOne({ _id: `a${attempts}` }, { session });
            const taken = items.insertOne({ _id: 'taken' }, { session }); // misuse: swallowed
            swallowed = await failureOf(taken);
          }),
        ),
      );
      return { attempts, swallowed, failure };
    };
    const without = await program(plain);
    expect(without.attempts).toBe(enough);
    expect(messageOf(without.failure)).toBe('enough');

    const { attempts, swallowed, failure } = await program(guarded);
    expect(attempts).toBe(1);
    expect(codeOf(failure)).toBe(duplicateKey);
    expect(failure).toBe(swallowed);
    expect(await guarded.ids()).toEqual(['taken']);
    expect(foundIn(findings)).toEqual([misuse('swallowed-error', 'swallowed')]);
  },
);

onEachDriver(
  'one more operation after a caught E11000 is retried for 120 s; with us E11000 is thrown at once',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    const program = async ({ client, items }: Side) => {
      await items.insertOne({ _id: 'taken' });
      let attempts = 0;
      let caught: unknown;
      const failure = await failureOf(
        client.withSession(session =>
          session.withTransaction(async () => {
            attempts += 1;
            if (attempts === enough) throw new Error('enough');
            const taken = items.insertOne({ _id: 'taken' }, { session }); // misuse: caught
            caught = await failureOf(taken);
            await items.insertOne({ _id: 'other' }, { session });
          }),
        ),
      );
      return { attempts, caught, failure };
    };
    const without = await program(plain);
    expect(without.attempts).toBe(enough);
    expect(messageOf(without.failure)).toBe('enough');

    const { attempts, caught, failure } = await program(guarded);
    expect(attempts).toBe(1);
    expect(codeOf(failure)).toBe(duplicateKey);
    expect(failure).toBe(caught);
    expect(await guarded.ids()).toEqual(['taken']);
    expect(foundIn(findings)).toEqual([misuse('swallowed-error', 'caught')]);
  },
);

const mine = new Error('mine');
type End = 'abortTransaction' | 'commitTransaction';

async function endThenThrow({ client, items }: Side, end: End) {
  return failureOf(
    client.withSession(session =>
      session.withTransaction(async () => {
        // misuse is reported at the runner's call: the thrown error has no place of its own
        await items.insertOne({ _id: 'a' }, { session });
        await session[end]();
        throw mine;
      }),
    ),
  );
}

describe.each(drivers)('$name', driver => {
  test.each<[End, readonly string[]]>([
    ['abortTransaction', []],
    ['commitTransaction', ['a']],
  ])('after `%s` by hand the thrown error is lost; with us it reaches the caller', async (end, written) => {
    const { plain, guarded, findings } = await fixture(driver);
    expect(messageOf(await endThenThrow(plain, end))).toMatch(/Cannot call abortTransaction/);

    expect(await endThenThrow(guarded, end)).toBe(mine);
    expect(await guarded.ids()).toEqual(written);
    expect(findings.map(({ rule }) => rule)).toEqual(['manual-end-in-helper']);
    expect(findings[0]?.place?.file).toBe(import.meta.filename);
  });
});

async function missingSession({ client, items }: Side) {
  await items.insertOne({ _id: 'a', n: 0 });
  let missed: unknown;
  const session = client.startSession();
  await session.withTransaction(async () => {
    await items.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session });
    const update = items.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { maxTimeMS: 200 }); // misuse: no session
    missed = await failureOf(update);
  });
  await session.endSession();
  return missed;
}

onEachDriver(
  'an operation that misses the session waits for its own transaction; with us it is reported',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    expect(messageOf(await missingSession(plain))).toMatch(/time limit/);

    expect(messageOf(await missingSession(guarded))).toMatch(/time limit/);
    expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'no session')]);
  },
);

onEachDriver(
  'with `inject` an operation that misses the session takes part in the transaction',
  async driver => {
    const { manager, guarded, findings } = await fixture(driver);
    await guarded.items.insertOne({ _id: 'a', n: 0 });
    await manager.withTxn(
      async session => {
        await guarded.items.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session });
        await guarded.items.updateOne({ _id: 'a' }, { $inc: { n: 1 } });
      },
      { inject: true },
    );
    expect(await guarded.items.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 2 });
    expect(findings).toEqual([]);
  },
);
