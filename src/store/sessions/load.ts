import type { SessionKey } from '../backend/session-key.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import { writing } from '../calls/calls.ts';
import { StoreUnavailableError } from '../errors.ts';
import { shownByOldId } from './follow.ts';
import { type Loaded, loadedFrom } from './loaded.ts';
import type { Parts } from './parts.ts';
import { readLive } from './read-live.ts';
import { isRefreshDue } from './refresh-due.ts';

/** @returns undefined if there is none, or it is over; a failure is an error, never undefined */
export async function load(
  parts: Parts,
  key: SessionKey,
  options: { readonly refresh: boolean },
): Promise<Loaded | undefined> {
  const found = await readLive(parts, key);
  if (found === undefined) return undefined;
  const { record, now } = found;
  if (record.next !== undefined) {
    const shown = await shownByOldId(parts, record);
    return shown && loadedFrom(parts.codec, key, shown);
  }
  if (!options.refresh || !refreshIsDue(parts, record, now)) return loadedFrom(parts.codec, key, record);
  const header = await refreshed(parts, record);
  // Over, becoming another one, or written meanwhile: reading tells which.
  if (header?.version !== record.version) return load(parts, key, { refresh: false });
  return loadedFrom(parts.codec, key, { ...record, ...header });
}

function refreshIsDue({ settings }: Parts, header: SessionHeader, now: number): boolean {
  const { refresh, lastSeenEveryMS } = settings;
  if (now - header.seenAt >= lastSeenEveryMS) return true;
  if (header.expiresAt >= header.absoluteEnd) return false;
  return isRefreshDue(refresh, header.idleMS, header.expiresAt - now);
}

const task = writing('refreshing a session');

/** A refresh that cannot be done does not undo the read. */
async function refreshed(parts: Parts, read: SessionHeader): Promise<SessionHeader | undefined> {
  try {
    return await parts.calls.run(task, (backend, call) => backend.refresh(read, call));
  } catch (error) {
    if (error instanceof StoreUnavailableError) return read;
    throw error;
  }
}
