import type { ClientSessionOptions, MongoClientOptions, TransactionOptions } from 'mongodb';
import { describe, expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, messageOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);

const refusal = /^Read preference in a transaction must be primary/;

interface Source {
  readonly client?: MongoClientOptions;
  readonly session?: ClientSessionOptions;
  readonly call?: TransactionOptions;
}

const secondary = { readPreference: 'secondaryPreferred' } as const;
const primary = { readPreference: 'primary' } as const;

const refused: Readonly<Record<string, Source>> = {
  'the client': { client: secondary },
  'the session': { session: { defaultTransactionOptions: secondary } },
  'the call': { call: secondary },
  'the session, against the client': {
    client: primary,
    session: { defaultTransactionOptions: { readPreference: 'nearest' } },
  },
};

const accepted: Readonly<Record<string, Source>> = {
  'nobody says anything': {},
  'the session says primary': { client: secondary, session: { defaultTransactionOptions: primary } },
  'the call says primary': {
    client: secondary,
    session: { defaultTransactionOptions: secondary },
    call: primary,
  },
};

describe.each(Object.entries(refused))('with a preference from %s', (_title, source) => {
  onEachDriver('a read in a transaction is refused, and reported at the start', async driver => {
    const { guarded, findings } = await fixture(driver, { client: source.client ?? {} });
    const { client, items } = guarded;
    const run = client.withSession({ ...source.session }, async session => {
      session.startTransaction(source.call); // misuse: start
      await items.insertOne({ _id: 'a' }, { session });
      await items.findOne({}, { session });
    });
    expect(messageOf(await failureOf(run))).toMatch(refusal);
    expect(foundIn(findings)).toEqual([misuse('config-read-preference', 'start')]);
    expect(findings[0]?.messageId).toBe('transaction');
  });
});

describe.each(Object.entries(accepted))('where %s', (_title, source) => {
  onEachDriver('reads in a transaction are accepted, and nothing is said', async driver => {
    const { guarded, manager, findings } = await fixture(driver, { client: source.client ?? {} });
    const { client, items } = guarded;
    await client.withSession({ ...source.session }, async session => {
      await session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        await items.find({}, { session }).toArray();
        await items.aggregate([], { session }).toArray();
      }, source.call);
    });
    await manager.close();
    expect(findings).toEqual([]);
  });
});

onEachDriver(
  'nothing is said of reads outside of transactions, and of transactions that only write',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver, { client: secondary });
    const { client, items } = guarded;
    await client.withSession(async session => {
      await items.findOne({}, { session });
      await session.withTransaction(() => items.insertMany([{ _id: 'a' }, { _id: 'b' }], { session }));
    });
    await manager.close();
    expect(findings).toEqual([]);
    expect(await guarded.ids()).toEqual(['a', 'b']);
  },
);

onEachDriver(
  'a collection with a preference of its own reads from the primary in a transaction, and is silent',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const { client, items } = guarded;
    const relaxed = client.db(items.dbName, secondary).collection(items.collectionName, secondary);
    await manager.withTxn(async session => {
      await relaxed.findOne({}, { session });
      await relaxed.countDocuments({}, { session });
    });
    expect(findings).toEqual([]);
  },
);

onEachDriver('a read that sets the read preference itself is named', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const run = manager.withTxn(async session => {
    await guarded.items.findOne({}, { session, ...secondary }); // misuse: read
  });
  expect(messageOf(await failureOf(run))).toMatch(refusal);
  expect(foundIn(findings)).toEqual([misuse('config-read-preference', 'read')]);
  expect(findings[0]?.messageId).toBe('operation');
});
