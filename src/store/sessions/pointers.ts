import { isFenced } from '../backend/fence.ts';
import { isPointer } from '../backend/life.ts';
import type { SessionKey } from '../backend/session-key.ts';
import type { NewSession, SessionHeader } from '../backend/session-record.ts';
import { afterWrite } from '../calls/after-write.ts';
import { reading, writing } from '../calls/calls.ts';
import { StoreUnavailableError } from '../errors.ts';
import { hashBeside } from '../ids/hash-id.ts';
import { newVersion } from '../ids/names.ts';
import { longestSeconds } from '../options/longest.ts';
import { fencedOut } from './log-in.ts';
import type { Parts } from './parts.ts';
import { readLive } from './read-live.ts';

/*
 * A session whose id a framework has made before its user was known lies outside the user's tag. A pointer in that tag leads to
 * it: a record without data that has the session as its `next`, and lives as long as that one can.
 */

/** Whom a session is to belong to. */
export interface Owner {
  readonly user: string;
  readonly admission: Pick<NewSession, 'generation' | 'authenticatedAt'>;
  /** That of the session. */
  readonly handle: string;
  readonly absoluteEnd: NewSession['absoluteEnd'];
}

export function isOutsideTag(parts: Parts, user: string, { tag }: SessionKey): boolean {
  return !parts.tags.all(user).includes(tag);
}

const pointing = writing("noting a session in its user's list");
const checking = reading("reading a user's fence");

/**
 * Writes a session that is outside its user's tag: first the pointer, so that a sweep finds what is about to be written; then
 * the session; then the fence is read, which may have been raised in between.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_FENCED: nothing is left of it
 */
export async function underPointer<R>(
  parts: Parts,
  target: SessionKey,
  owner: Owner,
  write: () => Promise<R>,
): Promise<R> {
  const pointer = pointerTo(parts, target, owner);
  // Taken: it leads there already, since its key is made of the target's.
  const inserted = await parts.calls.run(pointing, (backend, call) => backend.insert(pointer, call));
  if (inserted.outcome === 'fenced') throw fencedOut();
  const written = await write();
  if (!(await afterWrite(() => isKeptOut(parts, target, pointer)))) return written;
  await withdraw(parts, target, pointer);
  throw fencedOut();
}

/** Where the look fails, the caller is told of a failure: then there should be no session, either. */
async function isKeptOut(parts: Parts, target: SessionKey, pointer: NewSession): Promise<boolean> {
  try {
    const { fence } = await parts.calls.run(checking, (backend, call) =>
      backend.readFence(pointer.tag, call),
    );
    return isFenced(fence, pointer);
  } catch (error) {
    await withdraw(parts, target, pointer).catch(() => undefined); // the first failure is the one that is told
    throw error;
  }
}

async function withdraw(parts: Parts, target: SessionKey, pointer: SessionKey): Promise<void> {
  await remove(parts, target);
  await remove(parts, pointer);
}

function pointerTo(parts: Parts, target: SessionKey, owner: Owner): NewSession {
  const { user, admission, handle, absoluteEnd } = owner;
  return {
    ...pointerKey(target, parts.tags.newest(user)),
    ...admission,
    user,
    handle,
    absoluteEnd,
    createdAt: 'now',
    idleMS: 0, // what makes it a pointer
    expiresInMS: longestSeconds * 1000, // until the absolute end: other instances may have other settings
    device: undefined,
    version: newVersion(),
    next: { tag: target.tag, hash: target.hash },
    fields: new Map(),
  };
}

function pointerKey(target: SessionKey, tag: string): SessionKey {
  return { tag, hash: hashBeside('pointer to', target.hash) };
}

/** For a session that was removed. */
export async function forgetPointers(parts: Parts, { user, tag, hash }: SessionHeader): Promise<void> {
  if (user === undefined || !isOutsideTag(parts, user, { tag, hash })) return;
  try {
    await Promise.all(parts.tags.all(user).map(userTag => remove(parts, pointerKey({ tag, hash }, userTag))));
  } catch (error) {
    // The session has ended, and a pointer that leads nowhere is dropped when somebody comes by.
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/** One whose session has ended, unless that one is about to be written. */
export async function dropDeadPointer(parts: Parts, pointer: SessionHeader, now: number): Promise<void> {
  const mayStillCome = now - pointer.createdAt < 2 * parts.settings.timeoutMS;
  if (pointer.next === undefined || !isPointer(pointer) || mayStillCome) return;
  if ((await readLive(parts, pointer.next)) === undefined) await remove(parts, pointer);
}

async function remove(parts: Parts, key: SessionKey): Promise<void> {
  await parts.calls.run(pointing, (backend, call) => backend.remove(key, 'any', call));
}
