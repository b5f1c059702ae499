import type { Reading } from '../backend/backend.ts';
import { isLive } from '../backend/life.ts';
import type { SessionKey } from '../backend/session-key.ts';
import type { Parts } from './parts.ts';

export async function readLive(parts: Parts, key: SessionKey): Promise<Reading | undefined> {
  const found = await parts.reads.one(key);
  if (found === undefined || isLive(found.record, found.now)) return found;
  parts.audit.foundOver(found.record);
  return undefined;
}
