import { describe, expect, test } from 'vitest';
import { drivers } from '../../real/support/drivers.ts';
import { fixture } from '../../real/support/fixture.ts';
import { observedApp } from '../../real/support/observed.ts';
import { storeOn } from './support/sessions.ts';

describe.each(drivers)('a store on a client that is guarded, with $name', driver => {
  test('stays outside of the transaction that its application is in, with `inject` and without, and is not a finding', async () => {
    const { manager, guarded, findings } = await fixture(driver);
    const store = storeOn(guarded.client.db(guarded.items.dbName).collection('sessions'));
    const before = await store.create({ n: 1 }, { user: 'user-1' });
    for (const inject of [true, false]) {
      const work = manager.withTxn(
        async session => {
          await guarded.items.insertOne({ _id: `in ${inject}` }, { session });
          const login = await store.beginLogIn('user-1');
          const created = await store.create({ n: 2 }, { user: 'user-1', login });
          await Promise.all([
            store.patch(before, { more: inject }),
            store.get(created.id),
            store.list('user-1'),
          ]);
          await store.update(created.id, ({ n }) => ({ n: Number(n) + 1 }));
          await store.rotate(created);
          throw new Error('rolled back');
        },
        { inject },
      );
      await expect(work).rejects.toThrow('rolled back');
      expect((await store.get(before.id))?.data).toEqual({ n: 1, more: inject });
    }
    expect(await store.list('user-1')).toHaveLength(3);
    expect(await guarded.ids()).toEqual([]);
    expect(await store.destroyAll('user-1')).toBe(3);
    const ofStore = guarded.sent.filter(({ command }) => Object.values(command)[0] === 'sessions');
    expect(ofStore.filter(({ inTransaction }) => inTransaction)).toEqual([]);
    expect(findings).toEqual([]);
  });
});

describe.each(drivers)('a store on a client without a manager, with $name', driver => {
  test('is not a finding in an application that is only observed, whose transactions are begun by hand', async () => {
    const { open, db, findings } = await observedApp(driver);
    const client = open();
    const store = storeOn(client.db(db).collection('sessions'));
    const session = client.startSession();
    session.startTransaction();
    await client.db(db).collection('items').insertOne({ n: 1 }, { session });
    const created = await store.create({ n: 2 }, { user: 'user-1' });
    await Promise.all([store.get(created.id), store.patch(created, { n: 3 })]);
    await session.abortTransaction();
    await session.endSession();
    await client.withSession(own =>
      own.withTransaction(async () => {
        await client.db(db).collection('items').insertOne({ n: 2 }, { session: own });
        expect((await store.get(created.id))?.data).toEqual({ n: 3 });
        await store.destroyAll('user-1');
      }),
    );
    expect(findings.map(({ rule }) => rule)).toEqual([]);
  });
});
