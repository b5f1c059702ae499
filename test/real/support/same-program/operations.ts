import type { ClientSession, Collection } from 'mongodb';
import type { OperationName } from './steps.ts';

export interface Row {
  readonly _id: string;
  readonly n: number;
}

type Options = { readonly session?: ClientSession };

/** @returns a promise of the driver's, from the call itself: whatever stood in between would take microtasks of its own */
type Operation = (rows: Collection<Row>, id: string, options: Options) => Promise<unknown>;

export const operations: Readonly<Record<OperationName, Operation>> = {
  insert: (rows, id, options) => rows.insertOne({ _id: id, n: 0 }, options),
  insertMany: (rows, id, options) =>
    rows.insertMany(
      [
        { _id: `${id} and`, n: 0 },
        { _id: id, n: 0 },
      ],
      options,
    ),
  update: (rows, id, options) => rows.updateOne({ _id: id }, { $inc: { n: 1 } }, options),
  deleteOne: (rows, id, options) => rows.deleteOne({ _id: id }, options),
  find: (rows, id, options) => rows.find({ _id: { $gte: id } }, options).toArray(),
  aggregate: (rows, id, options) => rows.aggregate([{ $match: { _id: id } }], options).toArray(),
  count: (rows, _id, options) => rows.countDocuments({}, options),
  bulk: (rows, id, options) =>
    rows.bulkWrite(
      [
        { updateOne: { filter: { _id: id }, update: { $inc: { n: 10 } } } },
        { insertOne: { document: { _id: `${id} too`, n: 0 } } },
      ],
      options,
    ),
};
