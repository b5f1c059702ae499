import { createSession } from './create-session.ts';
import { endSession } from './end-session.ts';
import { findSession } from './find-session.ts';
import { isHandmade } from './handmade.ts';
import type { Framework } from './framework.ts';
import type { Held } from './held.ts';
import { lifeOfNew } from './life-changes.ts';
import { write } from './save-known.ts';
import { snapshotOf } from './snapshots.ts';

/**
 * Saves an object that the store did not make: it takes the place of a live session as a whole, and becomes a new one only where
 * none can have been.
 */
export async function replaceSession(framework: Framework, session: object, held: Held): Promise<void> {
  const { parts, known, creating, reports, snapshots } = framework;
  const found = await findSession(framework, held.id, held.key);
  const beginning = creating.get(held.key.hash);
  if (found === undefined && beginning !== undefined) {
    await beginning.catch(() => undefined); // told to whoever saves that object
    return replaceSession(framework, session, held);
  }
  const { handle } = found?.loaded.header ?? {};
  if (found === undefined && !known.has(held.key.hash) && mayBegin(framework, held.id))
    return createSession(framework, session, held, undefined);
  const { idleMS, expiresInMS } = lifeOfNew(held.life, parts.settings);
  if (expiresInMS <= 0) return void (await endSession(framework, held.id, held.key));
  if (found === undefined) return reports.ended('save', 'unknown', handle);
  const user = held.user === found.loaded.header.user ? undefined : held.user;
  const saved = await write(framework, session, found.loaded, {
    set: held.texts,
    replace: true,
    idleMS,
    // Whatever has this is not refreshed any more.
    ...(held.life.kind === 'fixed' && { endsInMS: expiresInMS }),
    ...(user !== undefined && { user }),
  });
  if (saved.outcome === 'saved') snapshots.set(session, snapshotOf(saved.loaded, held));
  else reports.ended('save', saved.outcome === 'ended' ? saved.why.why : 'unknown', handle);
}

/** Whether there cannot have been a session under an id that is not known here. */
export function mayBegin({ births }: Framework, id: string): boolean {
  return births.isMinted(id) || isHandmade(id);
}
