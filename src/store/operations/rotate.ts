import { type Change, changeOf, type Written } from '../backend/change.ts';
import { isAlias } from '../backend/life.ts';
import { type NewSession, sameKey, type SessionHeader, type SessionKey } from '../backend/session-record.ts';
import { afterWrite } from '../requests/after-write.ts';
import { writing } from '../../platform/time/timed-calls.ts';
import { knownOf, type Loaded, loadedFrom, readLive } from '../sessions/loaded.ts';
import { type StoreContext, checkPatience } from '../sessions/store-context.ts';
import { undoRotation } from '../sessions/save.ts';

const task = writing('giving a session a new id');

export interface RotationPlan {
  /** Makes the new session from the current old one; its fields are not encrypted yet. */
  readonly to: (from: Loaded) => NewSession;
  readonly graceMS: number;
  /**
   * Whether this is a log-in: then the new session has its own user, and a revocation mark that refuses it refuses a log-in.
   */
  readonly isLogIn: boolean;
  /** When it stops trying if others write the old session, see `patienceOf`. */
  readonly until: number;
}

/**
 * `'ended'`: the old session has ended, or another call gives it a new id. `'other user'`: it got another user meanwhile, and
 * keeps its id. The new id has the key of the user before, where a `destroyAll` of the other user finds nothing.
 */
export type Rotated = Loaded | 'ended' | 'other user';

/**
 * Gives a session a new id. At every moment at most one of the two sessions can be written, and a destroy of either ends both.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT if other writes came first until the time was up
 */
export async function rotate(context: StoreContext, from: Loaded, plan: RotationPlan): Promise<Rotated> {
  const to = plan.to(from);
  const stored = { ...to, fields: context.codec.toStored(to.hash, to.fields) };
  const done = await (to.userKey === from.key.userKey ? inOne(context, from, stored, plan) : undefined);
  if (done?.outcome === 'conflict') return again(context, from, plan);
  if (done?.outcome === 'rotated') return { key: to, header: done.header, texts: to.fields };
  // If it has ended, the steps check whether it is a session whose rotation was never finished.
  return inSteps(context, from, { to, stored }, plan);
}

async function inOne(context: StoreContext, from: Loaded, to: NewSession, { graceMS }: RotationPlan) {
  const { key, header } = from;
  return context.calls.run(task, async (backend, call) =>
    backend.rotate?.({ from: key, to, ifVersion: header.version, graceMS }, call),
  );
}

/** The session was written since it was read: the new session is made from its current state. */
async function again(context: StoreContext, from: Loaded, plan: RotationPlan): Promise<Rotated> {
  checkPatience(context, plan.until);
  const now = await readLive(context, from.key);
  if (now === undefined || now.record.successor !== undefined) return 'ended';
  if (!plan.isLogIn && now.record.user !== from.header.user) return 'other user';
  return rotate(context, loadedFrom(context.codec, from.key, now.record), plan);
}

interface NewRecord {
  readonly to: NewSession;
  /** The new session with its fields in their stored form. */
  readonly stored: NewSession;
}

async function inSteps(
  context: StoreContext,
  from: Loaded,
  { to, stored }: NewRecord,
  plan: RotationPlan,
): Promise<Rotated> {
  const { graceMS, isLogIn } = plan;
  const linked = await writeOld(context, knownOf(from), { successor: to, ifVersion: from.header.version });
  if (linked.outcome === 'conflict') return again(context, from, plan);
  if (linked.outcome === 'rotated')
    return (await undoRotation(context, from.key, linked)) ? again(context, from, plan) : 'ended';
  if (linked.outcome === 'ended') return 'ended';
  const header = await afterWrite(() => insertNew(context, stored, linked.header, isLogIn));
  if (header === undefined) return 'ended';
  if (graceMS > 0) await writeOld(context, linked.header, { successor: to, endsInMS: graceMS });
  else await context.calls.run(task, (backend, call) => backend.remove(from.key, 'always', call));
  return { key: to, header, texts: to.fields };
}

/** It must not be an alias yet: `destroy` makes an alias of a session that it is about to end. */
function isRotatingTo(old: SessionHeader, to: SessionKey): boolean {
  return old.successor !== undefined && sameKey(old.successor, to) && !isAlias(old);
}

function writeOld(
  context: StoreContext,
  old: SessionKey | SessionHeader,
  own: Partial<Change>,
): Promise<Written> {
  const successor = own.successor && { userKey: own.successor.userKey, hash: own.successor.hash };
  const change = changeOf({ ...own, successor });
  return context.calls.run(task, (backend, call) => backend.write(old, change, call));
}

/**
 * @returns undefined if the old session has ended meanwhile, or a revocation mark refuses the new one: then nothing of it is
 * stored
 */
async function insertNew(
  context: StoreContext,
  to: NewSession,
  old: SessionHeader,
  isLogIn: boolean,
): Promise<SessionHeader | undefined> {
  const inserted = await context.calls.run(task, (backend, call) => backend.insert(to, call));
  if (inserted.outcome !== 'created') {
    await writeOld(context, old, { successor: null, ifVersion: old.version });
    if (isLogIn && inserted.outcome === 'revoked') context.audit.refused('logged out everywhere');
    return undefined;
  }
  const found = await readLive(context, old);
  if (found !== undefined && isRotatingTo(found.record, to)) return inserted.header;
  await context.calls.run(task, (backend, call) => backend.remove(to, 'always', call));
  return undefined;
}
