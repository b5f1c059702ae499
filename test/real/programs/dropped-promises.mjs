// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import { runAsMain } from '../support/program.ts';

await runAsMain({
  async 'an operation that fails in any case, dropped before the end of its session'(
    client,
    items,
    _adopt,
    dropped,
  ) {
    await items.insertOne({ _id: 'taken' });
    await client.withSession(async session => {
      dropped.add(items.insertOne({ _id: 'other' }, { session }));
      dropped.add(items.findOne({ $unknown: 1 }, { session }));
      await dropped.settled();
    });
    return 1;
  },

  async 'an operation of a transaction that fails, dropped'(client, items, _adopt, dropped) {
    await items.insertOne({ _id: 'taken' });
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    dropped.add(items.insertOne({ _id: 'taken' }, { session }));
    await session.commitTransaction().catch(() => undefined);
    await session.endSession();
    return 1;
  },

  async 'operations on an ended session, dropped'(client, items, _adopt, dropped) {
    const session = client.startSession();
    await session.endSession();
    dropped.add(items.insertOne({ _id: 'a' }, { session }));
    dropped.add(items.find({}, { session }).toArray());
    return 2;
  },

  async 'operations that somebody handles a little later'(client, items) {
    await items.insertOne({ _id: 'taken' });
    const session = client.startSession();
    const both = [items.insertOne({ _id: 'taken' }, { session }), items.insertOne({ _id: 'b' }, { session })];
    const all = Promise.all(both).catch(() => undefined);
    await sleep(20);
    await session.endSession();
    await all;
    return 0;
  },

  async 'a transaction that the user rejects, dropped'(client, items, _adopt, dropped) {
    const session = client.startSession();
    dropped.add(
      session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        throw new RangeError('mine');
      }),
    );
    await dropped.settled();
    await session.endSession();
    return 1;
  },

  async 'a bulk write with a duplicate, dropped'(client, items, _adopt, dropped) {
    const session = client.startSession();
    dropped.add(items.insertMany([{ _id: 'a' }, { _id: 'a' }], { session }));
    await dropped.settled();
    await session.endSession();
    return 1;
  },

  async 'a commit and an abort without a transaction, dropped'(client, _items, _adopt, dropped) {
    const session = client.startSession();
    dropped.add(session.commitTransaction());
    dropped.add(session.abortTransaction());
    await dropped.settled();
    await session.endSession();
    return 2;
  },
});
