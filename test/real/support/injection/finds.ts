import type { Call, Method } from './place.ts';

const batches = { batchSize: 1 };

/** What is left of the option where a variable was not set. */
const noSession: object = { ...batches, session: null };

/** The ways to read a cursor; each takes several batches. */
export const finds: Readonly<Record<string, Call>> = {
  toArray: ({ items }) => items.find({}, batches).toArray(),
  'for await': async ({ items }) => {
    for await (const item of items.find({}, batches)) await items.updateOne(item, { $set: { seen: true } });
  },
  'for await, left': async ({ items }) => {
    for await (const _ of items.find({}, batches)) break;
  },
  next: async ({ items }) => {
    const cursor = items.find({}, batches);
    while ((await cursor.next()) !== null);
  },
  tryNext: async ({ items }) => {
    const cursor = items.find({}, batches);
    while ((await cursor.tryNext()) !== null);
  },
  hasNext: async ({ items }) => {
    const cursor = items.find({}, batches);
    while (await cursor.hasNext()) await cursor.next();
  },
  forEach: ({ items }) => items.find({}, batches).forEach(() => undefined),
  stream: async ({ items }) => {
    for await (const _ of items.find({}, batches).stream());
  },
  'stream by events': ({ items }) =>
    new Promise((resolve, reject) => {
      items.find({}, batches).stream().on('data', String).on('end', resolve).on('error', reject);
    }),
  closed: async ({ items }) => {
    const cursor = items.find({}, batches);
    await cursor.next();
    await cursor.close();
  },
  rewound: async ({ items }) => {
    const cursor = items.find({}, batches);
    await cursor.toArray();
    cursor.rewind();
    await cursor.toArray();
  },
  'cloned and mapped': ({ items }) =>
    items
      .find({}, batches)
      .clone()
      .map(({ _id: id }) => id)
      .toArray(),
  'concern and preference of its own': ({ items }) =>
    items.find({}, { ...batches, readConcern: { level: 'local' }, readPreference: 'secondary' }).toArray(),
  'options set afterwards': ({ items }) =>
    items
      .find({}, batches)
      .withReadPreference('nearest')
      .withReadConcern({ level: 'majority' })
      .sort({ n: 1 })
      .toArray(),
  'a view of the server': ({ db }) => db.collection('view').find({}, batches).toArray(),
  'no session, said so': ({ items }) => items.find({}, noSession).toArray(),
};

/** A transaction refuses these. */
export const findsOutside: NonNullable<Method['outside']> = {
  explain: ({ items }) => items.find().explain(),
  // oxlint-disable-next-line typescript/no-deprecated -- it is still there to be called
  count: ({ items }) => items.find().count(),
  tailable: ({ db }) => db.collection('capped').find({}, { tailable: true, batchSize: 1 }).next(),
  'of the server’s own': ({ client }) => client.db('config').collection('transactions').find().toArray(),
};
