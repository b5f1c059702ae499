import type { SessionKey } from '../backend/session-key.ts';
import { destroy } from '../sessions/destroy.ts';
import type { Framework } from './framework.ts';
import { removeOld } from './migrate/old-store.ts';

/** Ends a session, and one that is just being created under this id. */
export async function endSession(framework: Framework, id: string, key: SessionKey): Promise<boolean> {
  const { parts, known, creating } = framework;
  known.end(key.hash);
  await creating.get(key.hash)?.catch(() => undefined); // told to whoever saves it
  // The old one first: as long as it is there, a request may bring it over.
  await removeOld(framework, id);
  return destroy(parts, key);
}
