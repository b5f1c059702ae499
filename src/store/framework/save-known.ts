import type { Fields } from '../backend/session-record.ts';
import { afterWrite } from '../calls/after-write.ts';
import { admit } from '../sessions/log-in.ts';
import { keepNewest } from '../sessions/keep-newest.ts';
import type { Loaded } from '../sessions/loaded.ts';
import { isOutsideTag, underPointer } from '../sessions/pointers.ts';
import { save, type Saved, type Wanted } from '../sessions/save.ts';
import { type Changed, changedSince } from './difference.ts';
import { endSession } from './end-session.ts';
import type { Framework } from './framework.ts';
import type { Held } from './held.ts';
import { keepOld } from './migrate/keep-old.ts';
import { tellNewUser } from './new-user.ts';
import { refreshSession } from './refresh-session.ts';
import { type Snapshot, snapshotOf } from './snapshots.ts';

interface Change {
  readonly snapshot: Snapshot;
  readonly held: Held;
  readonly during: 'save' | 'touch';
}

/** Writes what a session object holds otherwise than when it was read. A touch writes nothing but the cookie. */
export async function saveKnown(framework: Framework, session: object, change: Change): Promise<void> {
  const { snapshot, held, during } = change;
  const seen =
    during === 'touch' ? { ...held, texts: onlyCookie(snapshot.texts, held.texts), user: undefined } : held;
  const changed = changedSince(snapshot, seen, framework.parts.settings);
  if (changed === undefined) return void (await refreshSession(framework, session, change));
  const { idleMS, texts } = changed;
  if (idleMS !== undefined && idleMS <= 0) return void (await endSession(framework, held.id, held.key));
  const saved = await write(framework, session, snapshot.loaded, wantedFor(change, changed));
  if (saved.outcome !== 'saved') return notSaved(framework, change, saved);
  const next = snapshotOf(saved.loaded, { texts, expires: held.expires });
  framework.snapshots.set(session, next);
  await keepOld(framework, held.id, snapshot, next);
}

function wantedFor({ held: { life } }: Change, { fields, idleMS, user }: Changed): Wanted {
  return {
    ...fields,
    ...(idleMS !== undefined && { idleMS }),
    ...(life.kind === 'fixed' && { endsInMS: Math.max(1, life.expiresInMS) }),
    ...(user !== undefined && { user }),
  };
}

function onlyCookie(before: Fields, held: Fields): Fields {
  const cookie = held.get('cookie');
  return cookie === undefined ? before : new Map([...before, ['cookie', cookie]]);
}

function notSaved({ reports }: Framework, { snapshot, during }: Change, saved: Saved): void {
  const why = saved.outcome === 'ended' ? saved.why.why : 'unknown';
  reports.ended(during, why, snapshot.loaded.header.handle);
}

/** A user that a session gets without a new id is told; what the user's own log-out everywhere has to find is written first. */
export async function write(
  framework: Framework,
  session: object,
  loaded: Loaded,
  wanted: Wanted,
): Promise<Saved> {
  const { parts } = framework;
  const { user } = wanted;
  if (user === undefined) return save(parts, loaded, wanted);
  const isLogIn = tellNewUser(framework, session, loaded, user);
  const saved = await (isOutsideTag(parts, user, loaded.key)
    ? underPointer(parts, loaded.key, await ownerOf(framework, session, user, loaded), () =>
        save(parts, loaded, wanted),
      )
    : save(parts, loaded, wanted));
  if (isLogIn && saved.outcome === 'saved') parts.audit.loggedIn(saved.loaded.header.handle, undefined);
  await afterWrite(() => keepNewest(parts, user));
  return saved;
}

async function ownerOf({ parts, fences }: Framework, session: object, user: string, { header }: Loaded) {
  const { handle, absoluteEnd } = header;
  const admission = await admit(parts, user, parts.tags.newest(user), fences.proofFor(session, user));
  return { user, admission, handle, absoluteEnd: { at: absoluteEnd } };
}
