import type { SessionKey } from '../backend/session-key.ts';
import { destroy } from '../sessions/destroy.ts';
import { shownByOldId } from '../sessions/follow.ts';
import { type Loaded, loadedFrom } from '../sessions/loaded.ts';
import type { Parts } from '../sessions/parts.ts';
import { readLive } from '../sessions/read-live.ts';
import type { Framework } from './framework.ts';
import { bringOver, isBroughtOver } from './migrate/bring-over.ts';
import { oldStoreOf, readOld } from './migrate/old-store.ts';

export interface Found {
  readonly loaded: Loaded;
  /** Until it expires, in milliseconds. */
  readonly leftMS: number;
}

/** @returns undefined if there is no live session with this id; a failure is an error, never undefined */
export async function findSession(
  framework: Framework,
  id: string,
  key: SessionKey,
): Promise<Found | undefined> {
  const { parts, known } = framework;
  const found = await foundIn(parts, key);
  const usable = oldStoreOf(framework) === undefined ? found : await beside(framework, id, key, found);
  if (usable !== undefined) known.use(key.hash);
  return usable;
}

async function foundIn(parts: Parts, key: SessionKey): Promise<Found | undefined> {
  const found = await readLive(parts, key);
  if (found === undefined) return undefined;
  const { record, now } = found;
  const shown = record.next === undefined ? record : await shownByOldId(parts, record);
  return shown && { loaded: loadedFrom(parts.codec, key, shown), leftMS: shown.expiresAt - now };
}

/** While the store before is still in use, a session that was brought over lives only as long as the old one. */
async function beside(framework: Framework, id: string, key: SessionKey, found: Found | undefined) {
  const { parts } = framework;
  const now = found ?? ((await bringOver(framework, id, key)) ? await foundIn(parts, key) : undefined);
  if (now === undefined || !isBroughtOver(now.loaded.header)) return now;
  if ((await readOld(framework, id)) !== undefined) return now;
  await destroy(parts, key, { reason: 'logged out' });
  return undefined;
}
