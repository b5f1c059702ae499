import type { Fields } from '../../backend/session-record.ts';
import { afterWrite } from '../../requests/after-write.ts';
import { admit } from '../../sessions/log-in.ts';
import { keepNewest } from '../../operations/keep-newest.ts';
import type { Loaded } from '../../sessions/loaded.ts';
import { isUnderOtherKey, underAlias } from '../../sessions/aliases.ts';
import { type PlainChange, save, type Saved } from '../../sessions/save.ts';
import { type Changed, changedSince } from './difference.ts';
import { endSession } from './end-session.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import type { Held } from '../shared/held.ts';
import { keepOld } from '../migrate/bring-over.ts';
import { refreshSession } from './refresh-session.ts';
import { saveRenewed } from './save-renewed.ts';
import { type Snapshot, snapshotOf } from '../shared/snapshots.ts';
import { dataOf } from '../../data/field-texts.ts';
import { userIn } from '../shared/user-name.ts';

/**
 * Reports that a session gets a user without a new id, unless nobody else can know the id.
 * @returns true if this is a log-in, and not a user who is only recorded late
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_USER_CHANGED unless `onUserChange` is 'report'
 */
export function reportNewUser(
  { made, reports, settings }: Pick<FrameworkContext, 'made' | 'reports' | 'settings'>,
  session: object,
  { header, texts }: Loaded,
  user: string,
): boolean {
  // Its id was made in this request. @fastify/session stores a new session before it has a user.
  const isOwnId = header.user === undefined && made.get(session) === true;
  // The session had this user before the store got the option `userOf`.
  const isNoted = header.user === undefined && userIn(dataOf(texts), settings.userOf) === user;
  if (!isOwnId && !isNoted) reports.userChanged(header);
  return !isNoted;
}

interface SeenChange {
  readonly snapshot: Snapshot;
  readonly held: Held;
  readonly during: 'save' | 'touch';
}

/** Writes the changes of a session object since it was read. A touch writes only the cookie. */
export async function saveKnown(
  framework: FrameworkContext,
  session: object,
  change: SeenChange,
): Promise<void> {
  const { snapshot, held, during } = change;
  const seen =
    during === 'touch' ? { ...held, texts: onlyCookie(snapshot.texts, held.texts), user: undefined } : held;
  const changed = changedSince(snapshot, seen, framework.context.settings);
  if (changed === undefined) return void (await refreshSession(framework, session, change));
  const { idleMS, texts } = changed;
  if (idleMS !== undefined && idleMS <= 0) return void (await endSession(framework, held.id, held.key));
  const saved = await write(framework, session, snapshot.loaded, wantedFor(change, changed));
  if (saved.outcome !== 'saved') return notSaved(framework, change, saved);
  const after = snapshotOf(saved.loaded, { texts, expires: held.expires });
  framework.snapshots.set(session, after);
  await keepOld(framework, held.id, snapshot, after);
}

function wantedFor({ held: { life } }: SeenChange, { fields, idleMS, user }: Changed): PlainChange {
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

function notSaved(
  { reports }: Pick<FrameworkContext, 'reports'>,
  { snapshot, during }: SeenChange,
  saved: Saved,
): void {
  const reason = saved.outcome === 'ended' ? saved.answer.reason : 'unknown';
  reports.ended(during, reason, snapshot.loaded.header.handle);
}

/**
 * Reports a user that a session gets without a new id. First it writes the alias by which a `destroyAll` of the user finds
 * the session.
 */
export async function write(
  framework: FrameworkContext,
  session: object,
  loaded: Loaded,
  wanted: PlainChange,
): Promise<Saved> {
  const { context } = framework;
  const { user } = wanted;
  if (user === undefined) return saveRenewed(context, loaded, wanted);
  const isLogIn = reportNewUser(framework, session, loaded, user);
  const owned = { ...wanted, authenticated: isLogIn };
  const saved = await (isUnderOtherKey(context, user, loaded.key)
    ? underAlias(context, loaded.key, await ownerOf(framework, session, user, loaded), () =>
        save(context, loaded, owned),
      )
    : save(context, loaded, owned));
  if (isLogIn && saved.outcome === 'saved') context.audit.loggedIn(saved.loaded.header.handle, undefined);
  await afterWrite(() => keepNewest(context, user));
  return saved;
}

async function ownerOf(
  { context, guardedLogIns }: Pick<FrameworkContext, 'context' | 'guardedLogIns'>,
  session: object,
  user: string,
  { header }: Loaded,
) {
  const { handle, absoluteEnd } = header;
  const admission = await admit(
    context,
    user,
    context.userKeys.newest(user),
    guardedLogIns.proofFor(session, user),
  );
  return { user, admission, handle, absoluteEnd: { at: absoluteEnd } };
}
