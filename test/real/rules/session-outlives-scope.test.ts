import type { ClientSession } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { keep, scope } from '../../../src/index.ts';
import { drivers } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';

const misuse = misusesIn(import.meta.filename);

onEachDriver('a session that the first invocation keeps for the next is reported there', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  let session: ClientSession | undefined;
  const handler = async (_id: string) => {
    session ??= client.startSession();
    await items.insertOne({ _id }, { session }); // misuse: second invocation
    await items.findOne({ _id }, { session });
  };
  await scope(() => handler('a'));
  expect(findings).toEqual([]);
  for (const id of ['b', 'c', 'd']) await scope(() => handler(id));
  expect(foundIn(findings)).toEqual([misuse('session-outlives-scope', 'second invocation')]);
  expect(findings.map(({ messageId, count }) => [messageId, count])).toEqual([['request', 3]]);
  await session?.endSession();
});

onEachDriver('a session of the module that serves one request after the other is reported', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  const session = client.startSession();
  const handler = (_id: string) =>
    session.withTransaction(async () => {
      await items.insertOne({ _id }, { session });
    });
  await scope(() => handler('a'));
  await scope(() => handler('b')); // the first word of the second request is the helper's own
  await session.endSession();
  expect(findings.map(({ rule, messageId }) => [rule, messageId])).toEqual([
    ['session-outlives-scope', 'module'],
  ]);
  expect(findings[0]?.place?.file).toBe(import.meta.filename);
});

onEachDriver('set to `error` the rule refuses the operation', async driver => {
  const rules = { 'session-outlives-scope': 'error' } as const;
  const { guarded } = await fixture(driver, { guard: { rules } });
  const { client, items, ids } = guarded;
  const session = client.startSession();
  const handler = (_id: string) => items.insertOne({ _id }, { session });
  await scope(() => handler('a'));
  await expect(scope(() => handler('b'))).rejects.toMatchObject({ rule: 'session-outlives-scope' });
  await session.endSession();
  expect(await ids()).toEqual(['a']);
});

type Program = (fixture: Fixture) => Promise<unknown>;

// They look like it, and are right.
const correct: Readonly<Record<string, Program>> = {
  'a session of each request': async ({ guarded: { items }, manager }) => {
    const handler = (_id: string) => manager.withTxn(session => items.insertOne({ _id }, { session }));
    for (const id of ['a', 'b']) await scope(() => handler(id));
  },
  'a session that was marked with `keep`': async ({ guarded: { client, items } }) => {
    const session = keep(client.startSession());
    for (const id of ['a', 'b']) await scope(() => items.insertOne({ _id: id }, { session }));
    await session.endSession();
  },
  'a worker that takes its jobs with the session that it hands down': async ({
    guarded: { client, items },
  }) => {
    await items.insertMany([{ _id: 'a' }, { _id: 'b' }]);
    const session = client.startSession();
    const take = () => items.findOneAndDelete({ seen: { $exists: false } }, { session });
    for (let job = await take(); job !== null; job = await take()) {
      const { _id: id } = job;
      await scope(() => items.insertOne({ _id: `${id}2`, seen: true }, { session }));
    }
    await session.endSession();
  },
  'a session that `withSession` lends to one request after the other': async ({
    guarded: { client, items },
  }) => {
    await client.withSession(async session => {
      for (const id of ['a', 'b']) await scope(() => items.insertOne({ _id: id }, { session }));
    });
  },
  'a request that works in parts': async ({ guarded: { client, items } }) => {
    await scope(async () => {
      const session = await scope(() => client.startSession());
      for (const id of ['a', 'b']) await scope(() => items.insertOne({ _id: id }, { session }));
      await session.endSession();
    });
  },
  'work that a request leaves behind, with its own session': async ({ guarded: { client, items } }) => {
    let background: Promise<void> | undefined;
    const { opened, open } = gate();
    await scope(() => {
      const session = client.startSession();
      const finish = async () => {
        await opened;
        await items.insertOne({ _id: 'a' }, { session });
        await session.endSession();
      };
      background = finish();
    });
    await scope(() => items.findOne({}));
    open();
    await background;
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(correct))('%s', async (_title, program) => {
    const prepared = await fixture(driver);
    await program(prepared);
    expect(prepared.findings).toEqual([]);
  });
});
