import { isRevoked } from '../backend/revocation-mark.ts';
import { isAlias } from '../backend/life.ts';
import type { NewSession, SessionHeader, SessionKey } from '../backend/session-record.ts';
import { afterWrite } from '../requests/after-write.ts';
import { writing } from '../../platform/time/timed-calls.ts';
import { StoreUnavailableError } from '../errors.ts';
import { hashBeside } from '../ids/session-id.ts';
import { newVersion } from '../ids/random.ts';
import { longestSeconds } from '../options/settings.ts';
import { loggedOutEverywhere, readRevocationMark } from './log-in.ts';
import type { StoreContext } from './store-context.ts';
import { readLive } from './loaded.ts';

/*
 * A session whose id a framework made before the user was known is stored under another key than the user's. An alias under
 * the user's key leads to it: a record without data that has the session as its `successor`, and lives as long as the session
 * can live.
 */

/** The future user of a session. */
export interface Owner {
  readonly user: string;
  readonly admission: Pick<NewSession, 'epoch' | 'authenticatedAt'>;
  /** The handle of the session. */
  readonly handle: string;
  readonly absoluteEnd: NewSession['absoluteEnd'];
}

export function isUnderOtherKey(context: StoreContext, user: string, { userKey }: SessionKey): boolean {
  return !context.userKeys.all(user).includes(userKey);
}

const noting = writing("noting a session in its user's list");

/**
 * Writes a session that is under another key than its user's: first the alias, so that `destroyAll` finds the session that is
 * about to be written; then the session; then the alias is read. A `destroyAll` that removed the alias in between may have
 * looked for the session too early. It may have done so even where its revocation mark admits the log-in: the mark is set
 * before the sweep.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED: then nothing is stored
 */
export async function underAlias<R>(
  context: StoreContext,
  target: SessionKey,
  owner: Owner,
  write: () => Promise<R>,
): Promise<R> {
  const alias = aliasOf(context, target, owner);
  // Taken: then the alias already exists, because its key is derived from the target's key.
  const inserted = await context.calls.run(noting, (backend, call) => backend.insert(alias, call));
  if (inserted.outcome === 'revoked') throw loggedOutEverywhere();
  const written = await write();
  if (await afterWrite(() => isRefused(context, target, alias))) throw loggedOutEverywhere();
  return written;
}

/** If a read fails, the call fails: then no session should be left, either. */
async function isRefused(context: StoreContext, target: SessionKey, alias: NewSession): Promise<boolean> {
  try {
    if ((await readLive(context, alias)) !== undefined) return false;
    if ((await readLive(context, target)) === undefined) return isRevokedNow(context, alias);
    await withdraw(context, target, alias);
    return true;
  } catch (error) {
    await withdraw(context, target, alias).catch(() => undefined); // the first failure is reported
    throw error;
  }
}

/** For a session that has ended already, with its alias: by a log-out everywhere, or by a log-out of its own. */
async function isRevokedNow(context: StoreContext, alias: NewSession): Promise<boolean> {
  const { mark } = await readRevocationMark(context, alias.userKey);
  return isRevoked(mark, alias);
}

async function withdraw(context: StoreContext, target: SessionKey, alias: SessionKey): Promise<void> {
  await remove(context, target);
  await remove(context, alias);
}

function aliasOf(context: StoreContext, target: SessionKey, owner: Owner): NewSession {
  const { user, admission, handle, absoluteEnd } = owner;
  return {
    ...aliasKey(target, context.userKeys.newest(user)),
    ...admission,
    user,
    handle,
    absoluteEnd,
    createdAt: 'now',
    idleMS: 0, // what makes it an alias
    expiresInMS: longestSeconds * 1000, // until the absolute end: other instances may have other settings
    device: undefined,
    version: newVersion(),
    successor: { userKey: target.userKey, hash: target.hash },
    fields: new Map(),
  };
}

/**
 * Another hash for each user key: on MongoDB the hash alone is the key, and two users may have an alias of one session. The
 * text "pointer of" is part of stored keys, and must not change.
 */
function aliasKey(target: SessionKey, userKey: string): SessionKey {
  return { userKey, hash: hashBeside(`pointer of ${userKey} to`, target.hash) };
}

/**
 * The epoch of the revocation mark when the log-in of a session began. The session itself does not have it if it got its user
 * after it was stored: then its alias has it.
 */
export async function epochOf(context: StoreContext, header: SessionHeader): Promise<string> {
  const { user, epoch } = header;
  if (user === undefined || !isUnderOtherKey(context, user, header)) return epoch;
  const keys = context.userKeys.all(user).map(userKey => aliasKey(header, userKey));
  const found = await Promise.all(keys.map(key => readLive(context, key)));
  return found.find(alias => alias !== undefined)?.record.epoch ?? epoch;
}

/** Removes the aliases of a session that was removed. */
export async function forgetAliases(
  context: StoreContext,
  { user, userKey, hash }: SessionHeader,
): Promise<void> {
  if (user === undefined || !isUnderOtherKey(context, user, { userKey, hash })) return;
  try {
    await Promise.all(
      context.userKeys.all(user).map(ownKey => remove(context, aliasKey({ userKey, hash }, ownKey))),
    );
  } catch (error) {
    // The session has ended, and an alias without a target is removed at its next use.
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/** Removes an alias whose session has ended, unless the session is about to be written. */
export async function dropDeadAlias(context: StoreContext, alias: SessionHeader, now: number): Promise<void> {
  const mayStillCome = now - alias.createdAt < 2 * context.settings.timeoutMS;
  if (alias.successor === undefined || !isAlias(alias) || mayStillCome) return;
  if ((await readLive(context, alias.successor)) === undefined) await remove(context, alias);
}

async function remove(context: StoreContext, key: SessionKey): Promise<void> {
  await context.calls.run(noting, (backend, call) => backend.remove(key, 'always', call));
}
