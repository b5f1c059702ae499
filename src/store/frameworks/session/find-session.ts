import type { SessionKey } from '../../backend/session-record.ts';
import { destroy } from '../../operations/destroy.ts';
import { shownByOldId } from '../../sessions/last-successor.ts';
import { type Loaded, loadedFrom, readLive } from '../../sessions/loaded.ts';
import type { StoreContext } from '../../sessions/store-context.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import { bringOver, isBroughtOver } from '../migrate/bring-over.ts';
import { oldStoreOf, readOld } from '../migrate/old-store.ts';

export interface FoundSession {
  readonly loaded: Loaded;
  /** Until it expires, in milliseconds. */
  readonly leftMS: number;
}

/** @returns undefined if there is no live session with this id; a failure is an error, never undefined */
export async function findSession(
  framework: FrameworkContext,
  id: string,
  key: SessionKey,
): Promise<FoundSession | undefined> {
  const { context, known } = framework;
  const found = await foundIn(context, key);
  const usable = oldStoreOf(framework) === undefined ? found : await beside(framework, id, key, found);
  if (usable !== undefined) known.use(key.hash);
  return usable;
}

async function foundIn(context: StoreContext, key: SessionKey): Promise<FoundSession | undefined> {
  const found = await readLive(context, key);
  if (found === undefined) return undefined;
  const { record, now } = found;
  const shown = record.successor === undefined ? record : await shownByOldId(context, record);
  return shown && { loaded: loadedFrom(context.codec, key, shown), leftMS: shown.expiresAt - now };
}

/** While the previous store is still in use, a copied session lives only as long as the old one. */
async function beside(
  framework: FrameworkContext,
  id: string,
  key: SessionKey,
  found: FoundSession | undefined,
) {
  const { context } = framework;
  const now = found ?? ((await bringOver(framework, id, key)) ? await foundIn(context, key) : undefined);
  if (now === undefined || !isBroughtOver(now.loaded.header)) return now;
  if ((await readOld(framework, id)) !== undefined) return now;
  await destroy(context, key, { reason: 'logged out' });
  return undefined;
}
