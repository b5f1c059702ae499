import type { Document, Long } from 'mongodb';
import { type Call, inside, type Methods, outside, type Place, silent } from './place.ts';

const documents = [{ $documents: [{ n: 1 }, { n: 2 }, { n: 3 }] }];

function run(command: Document): Call {
  return ({ db }: Place) => db.command(command);
}

/** Commands by hand on the collection of the transaction, whose name is `guarded`. */
const commands: Readonly<Record<string, Call>> = {
  find: run({ find: 'guarded' }),
  aggregate: run({ aggregate: 'guarded', pipeline: [], cursor: {} }),
  distinct: run({ distinct: 'guarded', key: '_id' }),
  insert: run({ insert: 'guarded', documents: [{ _id: 'x' }] }),
  update: run({ update: 'guarded', updates: [{ q: { _id: 'a' }, u: { $set: { n: 9 } } }] }),
  delete: run({ delete: 'guarded', deletes: [{ q: { _id: 'a' }, limit: 1 }] }),
  findAndModify: run({ findAndModify: 'guarded', query: { _id: 'a' }, remove: true }),
  findandmodify: run({ findandmodify: 'guarded', query: { _id: 'a' }, remove: true }),
  'with a read preference': ({ db }) => db.command({ find: 'guarded' }, { readPreference: 'secondary' }),
  'batches fetched by hand': async ({ db }) => {
    const { cursor } = await db.command({ find: 'guarded', batchSize: 1 });
    const id: Long = cursor.id;
    await db.command({ getMore: id, collection: 'guarded', batchSize: 1 });
    await db.command({ killCursors: 'guarded', cursors: [id] });
  },
};

const commandsOutside: Readonly<Record<string, Call>> = {
  ping: run({ ping: 1 }),
  count: run({ count: 'other' }),
  explain: run({ explain: { find: 'guarded' } }),
  'an aggregation, explained': run({ aggregate: 'other', pipeline: [], explain: true }),
  'an aggregation that writes': run({ aggregate: 'other', pipeline: [{ $merge: 'out' }], cursor: {} }),
  'a change stream': run({ aggregate: 'other', pipeline: [{ $changeStream: {} }], cursor: {} }),
  collStats: run({ collStats: 'other' }),
};

export const databaseMethods: Methods = {
  command: { inside: commands, outside: commandsOutside },
  aggregate: inside(({ db }) => db.aggregate(documents, { batchSize: 1 }).toArray()),
  runCursorCommand: {
    inside: {
      find: ({ db }) => db.runCursorCommand({ find: 'guarded', batchSize: 1 }).setBatchSize(1).toArray(),
      aggregate: ({ db }) =>
        db
          .runCursorCommand({ aggregate: 'guarded', pipeline: [], cursor: { batchSize: 1 } })
          .setBatchSize(1)
          .toArray(),
    },
    outside: {
      listIndexes: ({ db }) => db.runCursorCommand({ listIndexes: 'other' }).toArray(),
      $merge: ({ db }) =>
        db.runCursorCommand({ aggregate: 'other', pipeline: [{ $merge: 'out' }], cursor: {} }).toArray(),
    },
  },
  createCollection: outside(({ elsewhere }) => elsewhere.createCollection('new')),
  stats: outside(({ elsewhere }) => elsewhere.stats()),
  listCollections: outside(({ elsewhere }) => elsewhere.listCollections().toArray()),
  collections: outside(({ elsewhere }) => elsewhere.collections()),
  renameCollection: outside(({ db }) => db.renameCollection('other', 'renamed')),
  dropCollection: outside(({ db }) => db.dropCollection('other')),
  dropDatabase: outside(({ elsewhere }) => elsewhere.dropDatabase()),
  createIndex: outside(({ db }) => db.createIndex('other', { n: 1 })),
  indexInformation: outside(({ db }) => db.indexInformation('other')),
  removeUser: outside(({ elsewhere }) => elsewhere.removeUser('nobody')),
  profilingLevel: outside(({ elsewhere }) => elsewhere.profilingLevel()),
  setProfilingLevel: outside(({ elsewhere }) => elsewhere.setProfilingLevel('off')),
  watch: outside(async ({ elsewhere }) => {
    const stream = elsewhere.watch();
    await stream.tryNext();
    await stream.close();
  }),
  admin: silent,
  collection: silent,
};

export const adminMethods: Methods = {
  command: {
    inside: { find: ({ db }) => db.admin().command({ find: 'nothing' }) },
    outside: { ping: ({ db }) => db.admin().command({ ping: 1 }) },
  },
  buildInfo: outside(({ db }) => db.admin().buildInfo()),
  serverInfo: outside(({ db }) => db.admin().serverInfo()),
  serverStatus: outside(({ db }) => db.admin().serverStatus()),
  ping: outside(({ db }) => db.admin().ping()),
  removeUser: outside(({ db }) => db.admin().removeUser('nobody')),
  validateCollection: outside(({ db }) => db.admin().validateCollection('none')),
  listDatabases: outside(({ db }) => db.admin().listDatabases()),
  replSetGetStatus: outside(({ db }) => db.admin().replSetGetStatus()),
};

export const clientMethods: Methods = {
  bulkWrite: {
    inside: {
      'not on the servers before 8, which are sent it all the same': ({ client, items }) =>
        client.bulkWrite([
          { namespace: items.namespace, name: 'insertOne', document: {} },
          { namespace: items.namespace, name: 'deleteMany', filter: {} },
        ]),
    },
  },
  watch: outside(async ({ client }) => {
    const stream = client.watch();
    await stream.tryNext();
    await stream.close();
  }),
  connect: silent,
  close: silent,
  db: silent,
  startSession: silent,
  withSession: silent,
  appendMetadata: silent,
  checkForNonGenuineHosts: silent,
  asyncDispose: silent,
  _connect: silent,
  _close: silent,
};
