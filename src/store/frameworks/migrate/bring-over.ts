import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import type { NewSession, SessionHeader, SessionKey } from '../../backend/session-record.ts';
import { writing } from '../../../platform/time/timed-calls.ts';
import { hashBeside } from '../../ids/session-id.ts';
import { newHandle, newVersion } from '../../ids/random.ts';
import { create, newSession } from '../../operations/create.ts';
import { destroy } from '../../operations/destroy.ts';
import { isUnderOtherKey, underAlias } from '../../sessions/aliases.ts';
import { readLive } from '../../sessions/loaded.ts';
import { cookieLifeOf } from '../shared/cookie-life.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import { lifeOfNew } from '../shared/life-changes.ts';
import { sessionTexts } from '../shared/session-texts.ts';
import type { OldSession } from '../shared/migrate-from.ts';
import { userIn } from '../shared/user-name.ts';
import { oldStoreOf, readOld, removeOld, touchOld, withoutId } from './old-store.ts';
import type { Snapshot } from '../shared/snapshots.ts';

/**
 * Copies a session from the previous store, once: a session that has ended here is not copied again, and then the old one is
 * removed too. After this call, check again that the old session still exists.
 * @returns whether the session exists now
 */
export async function bringOver(framework: FrameworkContext, id: string, key: SessionKey): Promise<boolean> {
  const { context } = framework;
  const old = await readOld(framework, id);
  if (old === undefined) return false;
  // The note is written after the session: if the note exists and the session does not, the session has ended.
  if ((await readLive(context, noteKey(key))) !== undefined)
    return (await readLive(context, key)) !== undefined || refuse(framework, id);
  const made = await make(framework, key, old);
  if (made === 'there already') return true;
  if (made === 'revoked') return refuse(framework, id);
  if (made === 'over') return false;
  if (await isNoted(framework, key)) return true;
  await destroy(context, key, { reason: 'withdrawn' });
  return refuse(framework, id);
}

/** Its user was logged out here: neither an old instance nor a return to the old store may revive it. */
async function refuse(framework: FrameworkContext, id: string): Promise<false> {
  await removeOld(framework, id);
  return false;
}

/** The epoch of a copied session: every revocation mark refuses it, because its log-in was before all marks. */
export function isBroughtOver({ epoch, hash }: SessionHeader): boolean {
  return epoch === epochOf({ hash });
}

function epochOf({ hash }: Pick<SessionKey, 'hash'>): string {
  return `from ${hash}`;
}

async function make(framework: FrameworkContext, key: SessionKey, old: OldSession) {
  const session = sessionOf(framework, key, old);
  if (session.expiresInMS <= 0) return 'over';
  try {
    await insert(framework, session);
    framework.context.audit.created(session.handle);
    return 'made';
  } catch (error) {
    if (!(error instanceof SessionGuardError)) throw error;
    if (error.code === codes.storeIdTaken) return 'there already';
    if (error.code === codes.storeLogInRefused) return 'revoked';
    throw error;
  }
}

function sessionOf(
  { context, settings }: Pick<FrameworkContext, 'context' | 'settings'>,
  key: SessionKey,
  { data, leftMS }: OldSession,
): NewSession {
  const { cookie }: { cookie?: unknown } = data;
  const life = lifeOfNew(cookieLifeOf(cookie), context.settings);
  return newSession(context, key, {
    ...life,
    expiresInMS: Math.round(leftMS ?? life.idleMS),
    idleMS: Math.max(1, life.idleMS),
    user: userIn(data, settings.userOf),
    epoch: epochOf(key),
    handle: newHandle(),
    version: newVersion(),
    fields: sessionTexts(data),
  });
}

async function insert({ context }: Pick<FrameworkContext, 'context'>, session: NewSession): Promise<void> {
  const { user, handle, absoluteEnd, epoch } = session;
  if (user === undefined || !isUnderOtherKey(context, user, session)) await create(context, session);
  else {
    const admission = { epoch, authenticatedAt: undefined };
    const owner = { user, handle, absoluteEnd, admission };
    await underAlias(context, session, owner, () => create(context, session));
  }
}

function noteKey({ hash }: SessionKey): SessionKey {
  const own = hashBeside('brought over', hash);
  return { userKey: own.slice(0, 12), hash: own };
}

const noting = writing('noting that a session was brought over');

/** @returns true if no other call has noted it before */
async function isNoted(framework: FrameworkContext, key: SessionKey): Promise<boolean> {
  const { context } = framework;
  const expiresInMS = (oldStoreOf(framework)?.until.getTime() ?? 0) - Date.now();
  if (expiresInMS <= 0) return true;
  const note = newSession(context, noteKey(key), {
    handle: newHandle(),
    version: newVersion(),
    fields: new Map(),
    idleMS: expiresInMS,
    expiresInMS,
    absoluteEnd: { inMS: expiresInMS },
  });
  const inserted = await context.calls.run(noting, (backend, call) => backend.insert(note, call));
  return inserted.outcome === 'created';
}

/** Lets the old session live as long as its copy. */
export async function keepOld(
  framework: FrameworkContext,
  id: string,
  before: Snapshot,
  after: Snapshot,
): Promise<void> {
  const { header } = after.loaded;
  const touch = oldStoreOf(framework)?.touch;
  if (touch === undefined || !isBroughtOver(header)) return;
  if (header.expiresAt === before.loaded.header.expiresAt) return;
  try {
    await framework.context.calls.run(touchOld, () => withoutId(id, async () => touch(id, after.leftMS)));
  } catch (error) {
    framework.reports.refreshFailed(error);
  }
}
