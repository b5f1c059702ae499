import type { Fixture } from './fixture.ts';
import type { Item } from './side.ts';

/** Somebody else holds the document `hot` until the returned function is called. */
export async function holdHot({ guarded: { items }, admin, appName }: Fixture): Promise<() => Promise<void>> {
  await items.insertOne({ _id: 'hot', n: 0 });
  const other = admin.startSession();
  other.startTransaction();
  const hot = admin.db(appName).collection<Item>(items.collectionName);
  await hot.updateOne({ _id: 'hot' }, { $inc: { n: 100 } }, { session: other });
  return () => other.endSession();
}
