import type { EndReason } from '../audit/audit-event.ts';
import type { SessionKey } from '../backend/session-key.ts';
import { destroy } from '../sessions/destroy.ts';
import type { Framework } from './framework.ts';
import { isHandmade } from './handmade.ts';
import { removeOld } from './migrate/old-store.ts';

/** Ends a session, and one that is just being created under this id. */
export async function endSession(
  framework: Framework,
  id: string,
  key: SessionKey,
  reason: EndReason = 'logged out',
): Promise<boolean> {
  const { parts, known, births, creating } = framework;
  known.end(key.hash);
  births.takeMinted(id);
  await creating.get(key.hash)?.catch(() => undefined); // told to whoever saves it
  // The old one first: as long as it is there, a request may bring it over.
  await removeOld(framework, id);
  const wasAlive = await destroy(parts, key, { reason });
  // What is remembered has a limit: log-outs of stored sessions must not push out the others.
  if (wasAlive && !isHandmade(id)) known.forget(key.hash);
  return wasAlive;
}
