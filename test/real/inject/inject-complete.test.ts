import { describe, expect, test } from 'vitest';
import { type Driver, drivers } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { collectionMethods } from '../support/injection/collection-methods.ts';
import { adminMethods, clientMethods, databaseMethods } from '../support/injection/database-methods.ts';
import { type Call, type Methods, methodsOf, type Place } from '../support/injection/place.ts';
import { failureOf, messageOf } from '../support/outcome.ts';
import type { Item, Sent } from '../support/side.ts';

const mine = new Error('mine');

/** The read preference that it inherits, and (inside) the concerns, are refused for a single command of a transaction. */
const outsideOptions = { readConcernLevel: 'majority', readPreference: 'nearest' } as const;
const insideOptions = { ...outsideOptions, w: 'majority' } as const;
const inject = { inject: true, readPreference: 'primary' } as const;
const timeoutMS = 60_000;

const classes: Readonly<Record<string, Methods>> = {
  Collection: collectionMethods,
  Db: databaseMethods,
  Admin: adminMethods,
  MongoClient: clientMethods,
};

function prototypeOf({ lib }: Driver, name: string): object {
  const { Collection, Db, Admin, MongoClient } = lib;
  const all: Readonly<Record<string, { readonly prototype: object }>> = {
    Collection,
    Db,
    Admin,
    MongoClient,
  };
  return all[name]?.prototype ?? {};
}

/** The calls of a class by method and name, as far as this version of the driver has the method. */
function callsOf(driver: Driver, name: string, where: 'inside' | 'outside'): [string, Call][] {
  return methodsOf(prototypeOf(driver, name)).flatMap(method =>
    Object.entries(classes[name]?.[method]?.[where] ?? {}).map(([call, run]): [string, Call] => [
      `${method}: ${call}`,
      run,
    ]),
  );
}

const documents: readonly Item[] = [
  { _id: 'a', n: 1 },
  { _id: 'b', n: 2 },
  { _id: 'c', n: 3 },
];

async function prepare(all: Fixture): Promise<Place> {
  const { admin, appName, guarded } = all;
  const on = admin.db(appName);
  await on.createCollection('view', { viewOn: 'guarded', pipeline: [] });
  await on.createCollection('capped', { capped: true, size: 1000 });
  await on.collection('capped').insertOne({});
  const db = guarded.client.db(appName);
  const items = db.collection<Item>('guarded');
  const elsewhere = guarded.client.db(`${appName}_elsewhere`);
  return { client: guarded.client, db, items, other: db.collection<Item>('other'), elsewhere };
}

async function seed({ admin, appName }: Fixture): Promise<void> {
  for (const name of ['guarded', 'other']) {
    const collection = admin.db(appName).collection<Item>(name);
    await collection.deleteMany({});
    await collection.insertMany([...documents]);
  }
  for (const name of ['renamed', 'out']) await admin.db(appName).collection(name).drop();
}

interface Seen {
  readonly failure: string | undefined;
  /** What the call has sent. */
  readonly sent: readonly Sent[];
  /** What stands in the collection afterwards. */
  readonly left: readonly Item[];
  readonly findings: readonly string[];
}

/** Makes the call in a transaction between two writes of its own, and then lets the transaction fail, or not. */
async function callIn(all: Fixture, place: Place, call: Call, end: 'commit' | 'abort'): Promise<Seen> {
  const { guarded, manager, findings, admin, appName } = all;
  await seed(all);
  let failure: unknown;
  let sent: readonly Sent[] = [];
  const found = findings.length;
  const txn = manager.withTxn(async () => {
    await place.items.insertOne({ _id: 'before' });
    const before = guarded.sent.length;
    failure = await failureOf(call(place));
    sent = guarded.sent.slice(before);
    await place.items.insertOne({ _id: 'after' });
    if (end === 'abort') throw mine;
  }, inject);
  expect(await failureOf(txn)).toBe(end === 'abort' ? mine : undefined);
  const left = await admin.db(appName).collection<Item>('guarded').find().sort({ _id: 1 }).toArray();
  return {
    failure: failure === undefined ? undefined : messageOf(failure),
    sent,
    left,
    // Operations at once are reported for themselves, injected or not.
    findings: findings
      .slice(found)
      .map(({ rule }) => rule)
      .filter(rule => rule !== 'parallel-in-transaction'),
  };
}

function isWholly({ inTransaction, lsid, command }: Sent): boolean {
  return inTransaction && lsid !== '' && command['txnNumber'] !== undefined;
}

/** All that the call has sent is a part of the transaction, and vanishes with it. */
function insideVerdict({ failure, sent, left, findings }: Seen, method: string): object {
  return {
    failure: method.startsWith('bulkWrite: not on') ? undefined : failure,
    escaped: sent.filter(one => !isWholly(one)).map(({ name }) => name),
    sessions: new Set(sent.map(({ lsid }) => lsid)).size,
    left,
    findings,
  };
}

const rolledBack = { failure: undefined, escaped: [], sessions: 1, left: documents, findings: [] };

/** Nothing that the call has sent is a part of the transaction, which goes on unharmed. */
function outsideVerdict({ sent, left, findings }: Seen): object {
  return {
    some: sent.length > 0,
    drawnIn: sent.filter(({ inTransaction }) => inTransaction).map(({ name }) => name),
    left: left.map(({ _id: id }) => id),
    findings,
  };
}

const unharmed = { some: true, drawnIn: [], left: ['a', 'after', 'b', 'before', 'c'] };

describe.each(drivers)('$name', driver => {
  describe.each(Object.keys(classes))('%s', name => {
    test('each method is known here', () => {
      const known = Object.keys(classes[name] ?? {});
      const unknown = methodsOf(prototypeOf(driver, name)).filter(method => !known.includes(method));
      expect(unknown).toEqual([]);
    });

    const inside = callsOf(driver, name, 'inside');
    test(
      'what a transaction accepts is a part of it',
      async () => {
        const all = await fixture(driver, { client: insideOptions });
        const place = await prepare(all);
        for (const [method, call] of inside) {
          const seen = await callIn(all, place, call, 'abort');
          expect(insideVerdict(seen, method), method).toEqual(rolledBack);
        }
      },
      timeoutMS,
    );

    test(
      'what a transaction refuses stays outside, and does no harm',
      async () => {
        const all = await fixture(driver, { client: outsideOptions });
        const place = await prepare(all);
        for (const [method, call] of callsOf(driver, name, 'outside')) {
          const seen = await callIn(all, place, call, 'commit');
          // What writes beside the transaction, and cannot be drawn in, is reported.
          const findings = /(?:\$merge|\$out|an aggregation that writes)$/.test(method)
            ? ['outside-transaction']
            : [];
          expect(outsideVerdict(seen), method).toEqual({ ...unharmed, findings });
        }
        await place.elsewhere.dropDatabase();
      },
      timeoutMS,
    );
  });
});
