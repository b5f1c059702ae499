import type { SessionHeader, SessionKey } from '../backend/session-record.ts';
import { writing } from '../../platform/time/timed-calls.ts';
import { StoreUnavailableError } from '../errors.ts';
import { shownByOldId } from '../sessions/last-successor.ts';
import { type Loaded, loadedFrom, readLive } from '../sessions/loaded.ts';
import type { StoreContext } from '../sessions/store-context.ts';
import { isRefreshDue } from '../options/settings.ts';

/** @returns undefined if there is no session, or it has expired; a failure is an error, never undefined */
export async function load(
  context: StoreContext,
  key: SessionKey,
  options: { readonly refresh: boolean },
): Promise<Loaded | undefined> {
  const found = await readLive(context, key);
  if (found === undefined) return undefined;
  const { record, now } = found;
  if (record.successor !== undefined) {
    const shown = await shownByOldId(context, record);
    return shown && loadedFrom(context.codec, key, shown);
  }
  if (!options.refresh || !isStoreRefreshDue(context, record, now))
    return loadedFrom(context.codec, key, record);
  const header = await refreshed(context, record);
  // Expired, being rotated, or written meanwhile: another read shows which.
  if (header?.version !== record.version) return load(context, key, { refresh: false });
  return loadedFrom(context.codec, key, { ...record, ...header });
}

function isStoreRefreshDue({ settings }: StoreContext, header: SessionHeader, now: number): boolean {
  const { refresh, lastSeenEveryMS } = settings;
  if (now - header.seenAt >= lastSeenEveryMS) return true;
  if (header.expiresAt >= header.absoluteEnd) return false;
  return isRefreshDue(refresh, header.idleMS, header.expiresAt - now);
}

const task = writing('refreshing a session');

/** If the refresh fails, the read still succeeds. */
async function refreshed(context: StoreContext, read: SessionHeader): Promise<SessionHeader | undefined> {
  try {
    return await context.calls.run(task, (backend, call) => backend.refresh(read, call));
  } catch (error) {
    if (error instanceof StoreUnavailableError) return read;
    throw error;
  }
}
