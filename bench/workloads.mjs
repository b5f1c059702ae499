// @ts-check

/** @typedef {import('./sides.mjs').Side} Side */

/**
 * The operation that one lane (one of several concurrent ones) repeats.
 *
 * @typedef {object} Lane
 * @property {() => Promise<unknown>} step
 * @property {() => Promise<void>} close
 */

/** @param {Side} side */
const itemsOf = side => side.client.db('bench').collection('items');

const newItem = () => ({ name: 'item', quantity: 1, tags: ['a', 'b'] });

const nothing = async () => {};

/**
 * @param {Side} side
 * @returns {import('mongoose').Model<{ name: string, quantity: number, tags: string[] }>}
 */
function modelOf(side) {
  const connection = side.mongoose();
  const shape = { name: String, quantity: Number, tags: [String] };
  const schema = new connection.base.Schema(shape, { autoIndex: false, autoCreate: false });
  /** @type {unknown} */
  const model = connection.model('Item', schema, 'items');
  return /** @type {import('mongoose').Model<{ name: string, quantity: number, tags: string[] }>} */ (model);
}

/** @type {Readonly<Record<string, (side: Side) => Lane>>} */
export const workloads = {
  /** Two operations, both without a session. */
  'no-session': side => {
    const items = itemsOf(side);
    return { step: () => insertAndFind(items), close: nothing };
  },
  /** Two operations with one session that stays open. */
  session: side => {
    const items = itemsOf(side);
    const session = side.client.startSession();
    return { step: () => insertAndFind(items, { session }), close: () => session.endSession() };
  },
  /** A session for one insert: started, used, ended. */
  'with-session': side => {
    const items = itemsOf(side);
    return {
      step: () => side.withSession(session => items.insertOne(newItem(), { session })),
      close: nothing,
    };
  },
  /** A transaction of two inserts. */
  txn: side => {
    const items = itemsOf(side);
    return { step: () => side.transact(session => insertTwo(items, session)), close: nothing };
  },
  /** The same by hand: started, committed, and the session ended. */
  manual: side => {
    const items = itemsOf(side);
    return { step: () => inTransaction(side, session => insertTwo(items, session)), close: nothing };
  },
  /** A transaction whose first attempt meets a conflict; see the stub. */
  retry: side => {
    const conflicts = side.client.db('bench').collection('conflicts');
    return {
      step: () => side.transact(session => conflicts.insertOne(newItem(), { session })),
      close: nothing,
    };
  },
  /** A document made and one found by mongoose, without a session. */
  mongoose: side => {
    const Item = modelOf(side);
    return {
      step: async () => {
        await Item.create(newItem());
        await Item.findOne({ name: 'item' });
      },
      close: nothing,
    };
  },
  /** A transaction in which mongoose makes two documents; `connection.transaction` for the plain side. */
  'mongoose-txn': side => {
    const Item = modelOf(side);
    const { db: connection } = Item;
    const createTwo = async (/** @type {import('mongodb').ClientSession} */ session) => {
      await Item.create([newItem()], { session });
      await Item.create([newItem()], { session });
    };
    return { step: () => side.transactMongoose(connection, createTwo), close: nothing };
  },
  insertOne: side => {
    const items = itemsOf(side);
    return { step: () => items.insertOne(newItem()), close: nothing };
  },
  findOne: side => {
    const items = itemsOf(side);
    return { step: () => items.findOne({}), close: nothing };
  },
};

/**
 * @param {import('mongodb').Collection} items
 * @param {{ session?: import('mongodb').ClientSession }} [options]
 */
async function insertAndFind(items, options = {}) {
  await items.insertOne(newItem(), options);
  await items.findOne({ name: 'item' }, options);
}

/**
 * @param {Side} side
 * @param {(session: import('mongodb').ClientSession) => Promise<void>} work
 */
async function inTransaction({ client }, work) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await work(session);
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}

/**
 * @param {import('mongodb').Collection} items
 * @param {import('mongodb').ClientSession} session
 */
async function insertTwo(items, session) {
  await items.insertOne(newItem(), { session });
  await items.insertOne(newItem(), { session });
}
