import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, type Outcome, outcomeOf } from '../support/outcome.ts';
import type { Side } from '../support/side.ts';
import { transientError } from '../support/transient-error.ts';
import { raceCount } from '../../support/race-count.ts';

// The programs of the design's table whose transaction loses a write, or keeps one that it should not; each first without us.
const misuse = misusesIn(import.meta.filename);

async function onlyOperation({ client, items }: Side) {
  await client.connect();
  let insert: Promise<Outcome<unknown>> | undefined;
  await client.withSession(session =>
    session.withTransaction(async () => {
      insert = outcomeOf(items.insertOne({ _id: 'a' }, { session })); // misuse: only operation
    }),
  );
  return insert;
}

onEachDriver(
  'the only operation of a callback, not awaited, runs outside; with us it commits with the transaction',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    await onlyOperation(plain);
    expect(plain.sent.find(({ name }) => name === 'insert')?.inTransaction ?? false).toBe(false);

    expect((await onlyOperation(guarded))?.error).toBeUndefined();
    expect(guarded.sent.map(({ name, inTransaction }) => [name, inTransaction])).toEqual([
      ['insert', true],
      ['commitTransaction', true],
    ]);
    expect(await guarded.ids()).toEqual(['a']);
    expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'only operation')]);
  },
);

onEachDriver(
  'when that callback throws, the write stays after the rollback; with us it vanishes',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    const mine = new Error('mine');
    const program = async ({ client, items }: Side, id: string) => {
      await client.connect();
      let insert: Promise<Outcome<unknown>> | undefined;
      const session = client.startSession();
      const failure = await failureOf(
        session.withTransaction(async () => {
          insert = outcomeOf(items.insertOne({ _id: id }, { session })); // misuse: before a throw
          throw mine;
        }),
      );
      await insert;
      await session.endSession();
      return failure;
    };
    expect(await program(plain, 'a')).toBe(mine);
    expect(await plain.ids()).toEqual(['a']);

    expect(await program(guarded, 'a')).toBe(mine);
    expect(await guarded.ids()).toEqual([]);
    expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'before a throw')]);
  },
);

async function laterOperation({ client, items }: Side, run: number) {
  await client.connect();
  let late: Promise<Outcome<unknown>> | undefined;
  const session = client.startSession();
  const committed = await outcomeOf(
    session.withTransaction(async () => {
      await items.insertOne({ _id: `first ${run}` }, { session });
      late = outcomeOf(items.insertOne({ _id: `second ${run}` }, { session })); // misuse: later operation
    }),
  );
  await late;
  await session.endSession();
  return { committed: committed.error === undefined, ids: await items.countDocuments() };
}

onEachDriver('a later operation that is not awaited is lost now and then; with us never', async driver => {
  const { plain, guarded, findings } = await fixture(driver);
  let lost = 0;
  for (let run = 0; run < 300 && lost === 0; run += 1) {
    const before = await plain.items.countDocuments();
    const { committed, ids } = await laterOperation(plain, run);
    if (committed && ids - before === 1) lost += 1;
  }
  expect(lost).toBe(1);

  for (let run = 1; run <= 100; run += 1) {
    expect(await laterOperation(guarded, run)).toEqual({ committed: true, ids: 2 * run });
  }
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'later operation')]);
  expect(findings[0]?.count).toBe(100);
});

onEachDriver(
  "a straggler of attempt 1 lands in attempt 2's transaction; with us in none, over 300 races",
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    const program = async ({ client, items }: Side, run: number) => {
      await client.connect();
      let attempt = 0;
      const stragglers: Promise<unknown>[] = [];
      const session = client.startSession();
      const committed = await outcomeOf(
        session.withTransaction(async () => {
          attempt += 1;
          const id = `${run} ${attempt}`;
          if (attempt > 1) return void (await items.insertOne({ _id: id }, { session }));
          stragglers.push(outcomeOf(items.insertOne({ _id: id }, { session }))); // misuse: straggler
          if (run % 3 === 0) await sleep(run % 2);
          throw transientError(driver);
        }),
      );
      await Promise.all(stragglers);
      await session.endSession();
      return committed.error;
    };
    let mixed = 0;
    for (let run = 1; run <= 300 && mixed === 0; run += 1) {
      await program(plain, run);
      mixed = (await plain.ids()).filter(id => id.endsWith(' 1')).length;
    }
    expect(mixed).toBe(1);

    for (let run = 1; run <= 300; run += 1) expect(await program(guarded, run)).toBeUndefined();
    const written = await guarded.ids();
    expect(written.filter(id => id.endsWith(' 1'))).toEqual([]);
    expect(written).toHaveLength(300);
    expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'straggler')]);
  },
);

async function endInside({ client, items }: Side) {
  const session = client.startSession();
  return session.withTransaction(async () => {
    await items.insertOne({ _id: 'a' }, { session });
    await session.endSession(); // misuse: end inside
    return 'done';
  });
}

onEachDriver(
  '`endSession` inside the callback resolves with nothing written; with us it rejects and says why',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    expect(await endInside(plain)).toBe('done');
    expect(await plain.ids()).toEqual([]);

    expect(await failureOf(endInside(guarded))).toMatchObject({
      code: 'ERR_SESSION_GUARD_ENDED_IN_HELPER',
      rule: 'manual-end-in-helper',
    });
    expect(await guarded.ids()).toEqual([]);
    expect(foundIn(findings)).toEqual([misuse('manual-end-in-helper', 'end inside')]);
  },
);

async function fiveAtOnce({ client, items }: Side, run: number) {
  await client.connect();
  const insert = (index: number, session: Parameters<typeof items.insertOne>[1]) =>
    outcomeOf(items.insertOne({ _id: `${run} ${index}` }, session)); // misuse: at once
  const session = client.startSession();
  const outcome = await outcomeOf(
    session.withTransaction(() => Promise.all([0, 1, 2, 3, 4].map(index => insert(index, { session })))),
  );
  await session.endSession();
  return outcome.value?.filter(({ error }) => error !== undefined).length;
}

onEachDriver(
  'of five first operations at once some fail and one is written; with us all five are, 100 times',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    let refused = 0;
    for (let run = 0; run < 100 && refused === 0; run += 1) {
      const before = (await plain.ids()).length;
      refused = (await fiveAtOnce(plain, run)) ?? 0;
      if (refused > 0) expect((await plain.ids()).length - before).toBeLessThan(5);
    }
    expect(refused).toBeGreaterThan(0);

    const races = raceCount();
    for (let run = 0; run < races; run += 1) expect(await fiveAtOnce(guarded, run)).toBe(0);
    expect(await guarded.ids()).toHaveLength(5 * races);
    expect(foundIn(findings)).toEqual([misuse('parallel-in-transaction', 'at once')]);
  },
);
