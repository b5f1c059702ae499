import { createSession } from './create-session.ts';
import { endSession } from './end-session.ts';
import { findSession } from './find-session.ts';
import { type Held, isHandmade } from '../shared/held.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import { lifeOfNew } from '../shared/life-changes.ts';
import { write } from './save-known.ts';
import { snapshotOf } from '../shared/snapshots.ts';

/**
 * Saves an object that the store did not create: it replaces the whole data of a live session. It becomes a new session only if
 * there cannot have been one under this id.
 */
export async function replaceSession(
  framework: FrameworkContext,
  session: object,
  held: Held,
): Promise<void> {
  const { context, known, creating, reports, snapshots } = framework;
  const found = await findSession(framework, held.id, held.key);
  const beginning = creating.get(held.key.hash);
  if (found === undefined && beginning !== undefined) {
    await beginning.catch(() => undefined); // reported to the call that saves that object
    return replaceSession(framework, session, held);
  }
  const { handle } = found?.loaded.header ?? {};
  if (found === undefined && !known.has(held.key.hash) && mayBegin(framework, held.id))
    return createSession(framework, session, held, undefined);
  const { idleMS, expiresInMS } = lifeOfNew(held.life, context.settings);
  if (expiresInMS <= 0) return void (await endSession(framework, held.id, held.key));
  if (found === undefined) return reports.ended('save', 'unknown', handle);
  const user = held.user === found.loaded.header.user ? undefined : held.user;
  const saved = await write(framework, session, found.loaded, {
    set: held.texts,
    replace: true,
    idleMS,
    // A session with a set end is not refreshed any more.
    ...(held.life.kind === 'fixed' && { endsInMS: expiresInMS }),
    ...(user !== undefined && { user }),
  });
  if (saved.outcome === 'saved') snapshots.set(session, snapshotOf(saved.loaded, held));
  else reports.ended('save', saved.outcome === 'ended' ? saved.answer.reason : 'unknown', handle);
}

/** True if there cannot have been a session under an id that is unknown here. */
export function mayBegin({ pendingLogIns }: Pick<FrameworkContext, 'pendingLogIns'>, id: string): boolean {
  return pendingLogIns.isMinted(id) || isHandmade(id);
}
