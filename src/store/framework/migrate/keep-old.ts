import type { Framework } from '../framework.ts';
import type { Snapshot } from '../snapshots.ts';
import { isBroughtOver } from './bring-over.ts';
import { oldStoreOf, touchOld, withoutId } from './old-store.ts';

/** Lets the old session live as long as the one that was made of it. */
export async function keepOld(
  framework: Framework,
  id: string,
  before: Snapshot,
  after: Snapshot,
): Promise<void> {
  const { header } = after.loaded;
  const touch = oldStoreOf(framework)?.touch;
  if (touch === undefined || !isBroughtOver(header)) return;
  if (header.expiresAt === before.loaded.header.expiresAt) return;
  try {
    await framework.parts.calls.run(touchOld, () => withoutId(id, async () => touch(id, after.leftMS)));
  } catch (error) {
    framework.reports.refreshFailed(error);
  }
}
