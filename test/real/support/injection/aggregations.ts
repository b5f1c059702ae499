import type { Document } from 'mongodb';
import type { Call, Method, Place } from './place.ts';

const batches = { batchSize: 1 };

function pipeline(...stages: Document[]): Call {
  return ({ items }) => items.aggregate(stages, batches).toArray();
}

export const aggregations: Readonly<Record<string, Call>> = {
  'several batches': pipeline({ $match: {} }),
  'no stage': pipeline(),
  $group: pipeline({ $group: { _id: null, n: { $sum: 1 } } }),
  $lookup: pipeline({ $lookup: { from: 'other', localField: '_id', foreignField: '_id', as: 'same' } }),
  '$lookup with a pipeline': pipeline({ $lookup: { from: 'other', pipeline: [{ $limit: 1 }], as: 'first' } }),
  $graphLookup: pipeline({
    $graphLookup: {
      from: 'other',
      startWith: '$_id',
      connectFromField: '_id',
      connectToField: '_id',
      as: 'near',
    },
  }),
  $facet: pipeline({ $facet: { one: [{ $limit: 1 }], all: [{ $count: 'n' }] } }),
  'a field that is named as a stage': pipeline({ $addFields: { copy: { $literal: { $out: 'x' } } } }),
  stream: async ({ items }) => {
    for await (const _ of items.aggregate([], batches).stream());
  },
  'built stage by stage': ({ items }) => items.aggregate([], batches).match({}).sort({ _id: 1 }).toArray(),
  'concern and preference of its own': ({ items }) =>
    items
      .aggregate([], { ...batches, readConcern: { level: 'local' }, readPreference: 'secondary' })
      .toArray(),
};

function refused(...stages: Document[]): Call {
  return ({ other }: Place) => other.aggregate(stages, batches).toArray();
}

/** A transaction refuses these, and would be lost with them. */
export const aggregationsOutside: NonNullable<Method['outside']> = {
  $out: ({ other, elsewhere: { databaseName: db } }) =>
    other.aggregate([{ $out: { db, coll: 'out' } }]).toArray(),
  $merge: refused({ $merge: 'out' }),
  $unionWith: refused({ $unionWith: 'guarded' }),
  '$unionWith in a $lookup': refused({
    $lookup: { from: 'guarded', pipeline: [{ $unionWith: 'other' }], as: 'both' },
  }),
  '$unionWith in a $facet': refused({ $facet: { both: [{ $unionWith: 'guarded' }] } }),
  $collStats: refused({ $collStats: { count: {} } }),
  $indexStats: refused({ $indexStats: {} }),
  $planCacheStats: refused({ $planCacheStats: {} }),
  explain: ({ other }) => other.aggregate([]).explain(),
  'explain by option': ({ other }) => other.aggregate([], { explain: true }).toArray(),
};
