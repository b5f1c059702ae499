// @ts-check
import { runAsMain } from '../support/program.ts';

/** Far more than any of these calls takes: what waits for a server would be none of them. */
const most = 200;

await runAsMain({
  async 'an operation on an ended session'(client, items) {
    const session = await ended(client);
    return microtasksOf(items.insertOne({ _id: 'a' }, { session }));
  },

  async 'a query on an ended session'(client, items) {
    const session = await ended(client);
    return microtasksOf(items.find({}, { session }).toArray());
  },

  async 'a bulk write on an ended session'(client, items) {
    const session = await ended(client);
    return microtasksOf(items.bulkWrite([{ insertOne: { document: { _id: 'a' } } }], { session }));
  },

  async 'an operation on a closed client'(client, items) {
    await client.close();
    return microtasksOf(items.insertOne({ _id: 'a' }));
  },

  async 'the close of a client that never connected'(client) {
    const fresh = Reflect.construct(client.constructor, ['mongodb://localhost']);
    return microtasksOf(fresh.close());
  },

  async 'a commit without a transaction'(client) {
    return microtasksOf(client.startSession().commitTransaction());
  },

  async 'a commit of an empty transaction'(client) {
    return microtasksOf(begun(client).commitTransaction());
  },

  async 'an abort without a transaction'(client) {
    return microtasksOf(client.startSession().abortTransaction());
  },

  async 'an abort of an empty transaction'(client) {
    return microtasksOf(begun(client).abortTransaction());
  },

  async 'the end of a session'(client) {
    return microtasksOf(client.startSession().endSession());
  },

  async 'the end of a session in an empty transaction'(client) {
    return microtasksOf(begun(client).endSession());
  },

  async 'the second end of a session'(client) {
    return microtasksOf((await ended(client)).endSession());
  },

  async '`withSession`'(client) {
    return microtasksOf(client.withSession(async () => undefined));
  },

  async '`withTransaction`'(client) {
    return microtasksOf(client.startSession().withTransaction(async () => undefined));
  },

  async '`withTransaction` whose callback throws'(client) {
    return microtasksOf(
      client.startSession().withTransaction(async () => {
        throw new TypeError('mine');
      }),
    );
  },
});

/** @param {import('mongodb').MongoClient} client */
async function ended(client) {
  const session = client.startSession();
  await session.endSession();
  return session;
}

/** @param {import('mongodb').MongoClient} client */
function begun(client) {
  const session = client.startSession();
  session.startTransaction();
  return session;
}

/**
 * How many microtasks pass until a promise is settled.
 * @param {Promise<unknown>} promise
 */
async function microtasksOf(promise) {
  const state = { settled: false };
  const hear = () => {
    state.settled = true;
  };
  promise.then(hear, hear);
  let count = 0;
  for (; !state.settled && count < most; count += 1) await Promise.resolve();
  return count;
}
