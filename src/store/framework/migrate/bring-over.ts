import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import type { NewSession, SessionHeader } from '../../backend/session-record.ts';
import { writing } from '../../calls/calls.ts';
import { hashBeside } from '../../ids/hash-id.ts';
import { newHandle, newVersion } from '../../ids/names.ts';
import { create, newSession } from '../../sessions/create.ts';
import { destroy } from '../../sessions/destroy.ts';
import { isOutsideTag, underPointer } from '../../sessions/pointers.ts';
import { readLive } from '../../sessions/read-live.ts';
import { lifeOf } from '../cookie-life.ts';
import type { Framework } from '../framework.ts';
import { lifeOfNew } from '../life-changes.ts';
import { sessionTexts } from '../session-texts.ts';
import type { OldSession } from './migrate-from.ts';
import { userIn } from '../user-name.ts';
import { oldStoreOf, readOld, removeOld } from './old-store.ts';

/**
 * Makes a session of one in the store before, once: what has ended here is not made again, and then the old one is removed, too.
 * That the old one is there still has to be asked once more, after this.
 * @returns whether there is one now
 */
export async function bringOver(framework: Framework, id: string, key: SessionKey): Promise<boolean> {
  const { parts } = framework;
  const old = await readOld(framework, id);
  if (old === undefined) return false;
  // It is noted after it was made: what is noted, and not there now, has ended.
  if ((await readLive(parts, noteKey(key))) !== undefined)
    return (await readLive(parts, key)) !== undefined || refuse(framework, id);
  const made = await make(framework, key, old);
  if (made === 'there already') return true;
  if (made === 'fenced') return refuse(framework, id);
  if (made === 'over') return false;
  if (await isNoted(framework, key)) return true;
  await destroy(parts, key, { reason: 'withdrawn' });
  return refuse(framework, id);
}

/** Its user was logged out here: neither an old instance nor a return to the old store may bring it back. */
async function refuse(framework: Framework, id: string): Promise<false> {
  await removeOld(framework, id);
  return false;
}

/** A fence keeps out no session with this generation but where none has been raised: the log-in was before all of them. */
export function isBroughtOver({ generation, hash }: SessionHeader): boolean {
  return generation === generationOf({ hash });
}

function generationOf({ hash }: Pick<SessionKey, 'hash'>): string {
  return `from ${hash}`;
}

async function make(framework: Framework, key: SessionKey, old: OldSession) {
  const session = sessionOf(framework, key, old);
  if (session.expiresInMS <= 0) return 'over';
  try {
    await insert(framework, session);
    framework.parts.audit.created(session.handle);
    return 'made';
  } catch (error) {
    if (!(error instanceof SessionGuardError)) throw error;
    if (error.code === codes.storeIdTaken) return 'there already';
    if (error.code === codes.storeLogInFenced) return 'fenced';
    throw error;
  }
}

function sessionOf(
  { parts, settings }: Framework,
  key: SessionKey,
  { data, leftMS }: OldSession,
): NewSession {
  const { cookie }: { cookie?: unknown } = data;
  const life = lifeOfNew(lifeOf(cookie), parts.settings);
  return newSession(parts, key, {
    ...life,
    expiresInMS: Math.round(leftMS ?? life.idleMS),
    idleMS: Math.max(1, life.idleMS),
    user: userIn(data, settings.userOf),
    generation: generationOf(key),
    handle: newHandle(),
    version: newVersion(),
    fields: sessionTexts(data),
  });
}

async function insert({ parts }: Framework, session: NewSession): Promise<void> {
  const { user, handle, absoluteEnd, generation } = session;
  if (user === undefined || !isOutsideTag(parts, user, session)) await create(parts, session);
  else {
    const admission = { generation, authenticatedAt: undefined };
    const owner = { user, handle, absoluteEnd, admission };
    await underPointer(parts, session, owner, () => create(parts, session));
  }
}

function noteKey({ hash }: SessionKey): SessionKey {
  const own = hashBeside('brought over', hash);
  return { tag: own.slice(0, 12), hash: own };
}

const noting = writing('noting that a session was brought over');

/** @returns whether nobody else has noted it before */
async function isNoted(framework: Framework, key: SessionKey): Promise<boolean> {
  const { parts } = framework;
  const expiresInMS = (oldStoreOf(framework)?.until.getTime() ?? 0) - Date.now();
  if (expiresInMS <= 0) return true;
  const note = newSession(parts, noteKey(key), {
    handle: newHandle(),
    version: newVersion(),
    fields: new Map(),
    idleMS: expiresInMS,
    expiresInMS,
    absoluteEnd: { inMS: expiresInMS },
  });
  const inserted = await parts.calls.run(noting, (backend, call) => backend.insert(note, call));
  return inserted.outcome === 'created';
}
