import type { MongoClient } from 'mongodb';

/** How many idle cursors on a collection the server holds. */
export async function cursorsOpenFor(admin: MongoClient, namespace: string): Promise<number> {
  const stages = [{ $currentOp: { idleCursors: true } }, { $match: { type: 'idleCursor', ns: namespace } }];
  return (await admin.db('admin').aggregate(stages).toArray()).length;
}
