import type { Collection } from 'mongodb';
import type { Item } from '../side.ts';

type Items = Collection<Item>;
type Put = (items: Items, id: string, n: number) => Promise<unknown>;
type Drop = (items: Items, id: string) => Promise<unknown>;
type Read = (items: Items, filter: object) => Promise<number>;

const batches = { batchSize: 1 };
const upsert = { upsert: true } as const;

/** The ways to write one document. */
export const puts: Readonly<Record<string, Put>> = {
  updateOne: (items, _id, n) => items.updateOne({ _id }, { $set: { n } }, upsert),
  replaceOne: (items, _id, n) => items.replaceOne({ _id }, { n }, upsert),
  findOneAndUpdate: (items, _id, n) => items.findOneAndUpdate({ _id }, { $set: { n } }, upsert),
  bulkWrite: (items, _id, n) =>
    items.bulkWrite([
      { deleteOne: { filter: { _id } } },
      { insertOne: { document: { _id, n: 0 } } },
      { updateOne: { filter: { _id }, update: { $set: { n } } } },
    ]),
  builder: (items, _id, n) => {
    const bulk = items.initializeUnorderedBulkOp();
    bulk.find({ _id }).upsert().replaceOne({ n });
    return bulk.execute();
  },
  command: (items, _id, n) => {
    const updates = [{ q: { _id }, u: { $set: { n } }, upsert: true }];
    return items.db.command({ update: items.collectionName, updates });
  },
};

/** The ways to delete one. */
export const drops: Readonly<Record<string, Drop>> = {
  deleteOne: (items, _id) => items.deleteOne({ _id }),
  deleteMany: (items, _id) => items.deleteMany({ _id }),
  findOneAndDelete: (items, _id) => items.findOneAndDelete({ _id }),
  bulkWrite: (items, _id) => items.bulkWrite([{ deleteOne: { filter: { _id } } }]),
  loop: async (items, _id) => {
    for await (const item of items.find({ _id }, batches)) await items.deleteOne(item);
  },
};

/** The ways to count. */
export const reads: Readonly<Record<string, Read>> = {
  toArray: async (items, filter) => (await items.find(filter, batches).toArray()).length,
  aggregate: async (items, filter) => (await items.aggregate([{ $match: filter }], batches).toArray()).length,
  countDocuments: (items, filter) => items.countDocuments(filter),
  distinct: async (items, filter) => (await items.distinct('_id', filter)).length,
  stream: async (items, filter) => {
    let count = 0;
    for await (const _ of items.find(filter, batches).stream()) count += 1;
    return count;
  },
};
