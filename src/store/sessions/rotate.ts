import { type Change, changeOf, type Written } from '../backend/change.ts';
import { isPointer } from '../backend/life.ts';
import type { SessionKey } from '../backend/session-key.ts';
import { sameKey } from '../backend/session-key.ts';
import type { NewSession, SessionHeader } from '../backend/session-record.ts';
import { afterWrite } from '../calls/after-write.ts';
import { writing } from '../calls/calls.ts';
import { knownOf, type Loaded, loadedFrom } from './loaded.ts';
import type { Parts } from './parts.ts';
import { readLive } from './read-live.ts';
import { takeBack } from './save.ts';
import { checkPatience } from './too-busy.ts';

const task = writing('giving a session a new id');

export interface RotationPlan {
  /** The new session, made of the old one as it is now; its fields are not sealed yet. */
  readonly to: (from: Loaded) => NewSession;
  readonly graceMS: number;
  /** When it gives up against others who write the old session, as of `patienceOf`. */
  readonly until: number;
}

/**
 * A session under a new id. At every moment at most one of the two can be written, and a destroy of either ends both.
 * @returns undefined if the old one has ended, or is given a new id by somebody else
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT when others were faster until the time was up
 */
export async function rotate(parts: Parts, from: Loaded, plan: RotationPlan): Promise<Loaded | undefined> {
  const to = plan.to(from);
  const stored = { ...to, fields: parts.codec.toStored(to.hash, to.fields) };
  const done = await (to.tag === from.key.tag ? inOne(parts, from, stored, plan) : undefined);
  if (done?.outcome === 'conflict') return again(parts, from, plan);
  if (done?.outcome === 'rotated') return { key: to, header: done.header, texts: to.fields };
  // Where it has ended, the steps tell whether it is one whose rotation has died half-way.
  return inSteps(parts, from, { to, stored }, plan);
}

async function inOne(parts: Parts, from: Loaded, to: NewSession, { graceMS }: RotationPlan) {
  const { key, header } = from;
  return parts.calls.run(task, async (backend, call) =>
    backend.rotate?.({ from: key, to, ifVersion: header.version, graceMS }, call),
  );
}

/** It was written since it was read: the new session is made of what it is now. */
async function again(parts: Parts, from: Loaded, plan: RotationPlan): Promise<Loaded | undefined> {
  checkPatience(parts, plan.until);
  const now = await readLive(parts, from.key);
  if (now === undefined || now.record.next !== undefined) return undefined;
  return rotate(parts, loadedFrom(parts.codec, from.key, now.record), plan);
}

interface Successor {
  readonly to: NewSession;
  /** With its fields as they are stored. */
  readonly stored: NewSession;
}

async function inSteps(
  parts: Parts,
  from: Loaded,
  { to, stored }: Successor,
  plan: RotationPlan,
): Promise<Loaded | undefined> {
  const { graceMS } = plan;
  const announced = await writeOld(parts, knownOf(from), { next: to, ifVersion: from.header.version });
  if (announced.outcome === 'conflict') return again(parts, from, plan);
  if (announced.outcome === 'rotated')
    return (await takeBack(parts, from.key, announced)) ? again(parts, from, plan) : undefined;
  if (announced.outcome === 'ended') return undefined;
  const header = await afterWrite(() => insertNew(parts, stored, announced.header));
  if (header === undefined) return undefined;
  if (graceMS > 0) await writeOld(parts, announced.header, { next: to, endsInMS: graceMS });
  else await parts.calls.run(task, (backend, call) => backend.remove(from.key, 'any', call));
  return { key: to, header, texts: to.fields };
}

/** A pointer it is not yet: `destroy` makes one of what it is about to end. */
function isAnnounced(old: SessionHeader, to: SessionKey): boolean {
  return old.next !== undefined && sameKey(old.next, to) && !isPointer(old);
}

function writeOld(parts: Parts, old: SessionKey | SessionHeader, own: Partial<Change>): Promise<Written> {
  const next = own.next && { tag: own.next.tag, hash: own.next.hash };
  const change = changeOf({ ...own, next });
  return parts.calls.run(task, (backend, call) => backend.write(old, change, call));
}

/** @returns undefined if the old one has ended meanwhile, or a fence keeps the new one out: nothing is left of it */
async function insertNew(
  parts: Parts,
  to: NewSession,
  old: SessionHeader,
): Promise<SessionHeader | undefined> {
  const inserted = await parts.calls.run(task, (backend, call) => backend.insert(to, call));
  if (inserted.outcome !== 'created') {
    await writeOld(parts, old, { next: null, ifVersion: old.version });
    return undefined;
  }
  const found = await readLive(parts, old);
  if (found !== undefined && isAnnounced(found.record, to)) return inserted.header;
  await parts.calls.run(task, (backend, call) => backend.remove(to, 'any', call));
  return undefined;
}
