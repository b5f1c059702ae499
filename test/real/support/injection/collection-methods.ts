import { aggregations, aggregationsOutside } from './aggregations.ts';
import { finds, findsOutside } from './finds.ts';
import { inside, type Methods, outside, type Place } from './place.ts';

const set = { $set: { n: 1 } };
const upsert = { upsert: true };

/** What is left of the option where a variable was not set. */
const noSession: object = { session: undefined };

const mixed = [
  { insertOne: { document: { _id: 'x' } } },
  { updateOne: { filter: { _id: 'a' }, update: set } },
  { updateMany: { filter: {}, update: set } },
  { deleteOne: { filter: { _id: 'b' } } },
];

const writes: Methods = {
  insertOne: inside(({ items }) => items.insertOne({ _id: 'x' }), {
    'no session, said so': ({ items }) => items.insertOne({ _id: 'x' }, noSession),
    'a write concern of its own': ({ items }) => items.insertOne({ _id: 'x' }, { writeConcern: { w: 1 } }),
    unacknowledged: ({ items }) => items.insertOne({ _id: 'x' }, { writeConcern: { w: 0 } }),
    'all at once': ({ items }) =>
      Promise.all(['x', 'y', 'z'].map(id => items.insertOne({ _id: id }).then(() => items.findOne()))),
  }),
  insertMany: inside(({ items }) => items.insertMany([{ _id: 'x' }, { _id: 'y' }]), {
    unordered: ({ items }) => items.insertMany([{ _id: 'x' }, { _id: 'y' }], { ordered: false }),
  }),
  bulkWrite: inside(({ items }) => items.bulkWrite(mixed), {
    unordered: ({ items }) => items.bulkWrite(mixed, { ordered: false }),
    'a write concern of its own': ({ items }) => items.bulkWrite(mixed, { writeConcern: { w: 1 } }),
  }),
  updateOne: inside(({ items }) => items.updateOne({ _id: 'x' }, set, upsert)),
  updateMany: inside(({ items }) => items.updateMany({}, set)),
  replaceOne: inside(({ items }) => items.replaceOne({ _id: 'a' }, { n: 9 })),
  deleteOne: inside(({ items }) => items.deleteOne({ _id: 'a' })),
  deleteMany: inside(({ items }) => items.deleteMany({})),
  findOneAndDelete: inside(({ items }) => items.findOneAndDelete({ _id: 'a' })),
  findOneAndReplace: inside(({ items }) => items.findOneAndReplace({ _id: 'a' }, { n: 9 })),
  findOneAndUpdate: inside(({ items }) => items.findOneAndUpdate({ _id: 'a' }, set), {
    'a write concern of its own': ({ items }) =>
      items.findOneAndUpdate({ _id: 'a' }, set, { writeConcern: { w: 1 } }),
  }),
  initializeOrderedBulkOp: inside(({ items }) => fill(items.initializeOrderedBulkOp()).execute()),
  initializeUnorderedBulkOp: inside(({ items }) => fill(items.initializeUnorderedBulkOp()).execute()),
};

type Builder = ReturnType<Place['items']['initializeOrderedBulkOp']>;

function fill(bulk: Builder): Builder {
  bulk.insert({ _id: 'x' });
  bulk.find({ _id: 'a' }).updateOne(set);
  bulk.find({ _id: 'b' }).deleteOne();
  return bulk;
}

const reads: Methods = {
  find: { inside: finds, outside: findsOutside },
  findOne: inside(({ items }) => items.findOne({ _id: 'a' }), {
    'concern and preference of its own': ({ items }) =>
      items.findOne({}, { readConcern: { level: 'local' }, readPreference: 'secondary' }),
  }),
  aggregate: { inside: aggregations, outside: aggregationsOutside },
  countDocuments: inside(({ items }) => items.countDocuments({ n: { $gte: 0 } })),
  distinct: {
    inside: { plain: ({ items }) => items.distinct('_id') },
    outside: { explained: ({ items }) => items.distinct('_id', {}, { explain: true }) },
  },
};

/** A transaction refuses these. */
const others: Methods = {
  estimatedDocumentCount: outside(({ other }) => other.estimatedDocumentCount()),
  // oxlint-disable-next-line typescript/no-deprecated -- it is still there to be called
  count: outside(({ other }) => other.count()),
  rename: outside(({ other }) => other.rename('renamed')),
  drop: outside(({ other }) => other.drop()),
  options: outside(({ other }) => other.options()),
  isCapped: outside(({ other }) => other.isCapped()),
  createIndex: outside(({ other }) => other.createIndex({ n: 1 })),
  createIndexes: outside(({ other }) => other.createIndexes([{ key: { n: 1 } }])),
  dropIndex: outside(({ other }) => other.dropIndex('_nothing')),
  dropIndexes: outside(({ other }) => other.dropIndexes()),
  listIndexes: outside(({ other }) => other.listIndexes().toArray()),
  indexes: outside(({ other }) => other.indexes()),
  indexExists: outside(({ other }) => other.indexExists('_id_')),
  indexInformation: outside(({ other }) => other.indexInformation()),
  watch: outside(async ({ other }) => {
    const stream = other.watch();
    await stream.tryNext();
    await stream.close();
  }),
  listSearchIndexes: outside(({ other }) => other.listSearchIndexes().toArray()),
  createSearchIndex: outside(({ other }) => other.createSearchIndex({ definition: {} })),
  createSearchIndexes: outside(({ other }) => other.createSearchIndexes([{ definition: {} }])),
  updateSearchIndex: outside(({ other }) => other.updateSearchIndex('none', {})),
  dropSearchIndex: outside(({ other }) => other.dropSearchIndex('none')),
};

export const collectionMethods: Methods = { ...writes, ...reads, ...others };
