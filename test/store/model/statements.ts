import { expect } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { SessionGuardError } from '../../../src/errors/errors.ts';
import type { Action, Name } from './actions.ts';
import { livingIn, type Outcome, type Played } from './play.ts';
import { ann, ben } from './stage.ts';

/** What holds after every program, whatever came first. Each expects it of an outcome. */
export const statements: readonly ((outcome: Outcome) => void | Promise<void>)[] = [
  nothingIsWrittenTwice,
  failuresHaveReasons,
  listShowsWhatLives,
  destroyAllEndsWhatWasThere,
  destroyEndsBoth,
  nobodyElseEndsASession,
  endsHaveReasons,
  oldIdsShowNoUser,
  theLastDestroyAllEndsAll,
];

/** Of the old and the new session of a rotation at most one can be written, at any moment. */
function nothingIsWrittenTwice({ twice }: Outcome): void {
  expect([...twice], 'handles of two sessions that could be written at once').toEqual([]);
}

/**
 * A log-in is refused only because of a log-out everywhere, a rotation only because the user has changed, and the server fails
 * only a process that does not reach it.
 */
function failuresHaveReasons({ played }: Outcome): void {
  for (const each of played) {
    if (each.error === undefined) continue;
    const code = codeOf(each.error);
    if (code === codes.storeLogInRefused) expect(mayBeRevoked(each, played), 'a refused log-in').toBe(true);
    else if (code === codes.storeConflict)
      expect(played.some(other => besideEachOther(each, other) && changesUser(other.action))).toBe(true);
    else {
      expect(code, String(each.error)).toBe(codes.storeUnavailable);
      expect(each.reaches, 'how far a failed process reaches').toBeDefined();
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof SessionGuardError ? error.code : undefined;
}

function mayBeRevoked(logIn: Played, played: readonly Played[]): boolean {
  return of(played, 'destroyAll').some(
    each => each.begin <= logIn.end && (beganBefore(logIn.action) || each.end >= logIn.begin),
  );
}

function beganBefore(action: Action): boolean {
  return 'begun' in action && action.begun === 'before';
}

function besideEachOther(a: Played, b: Played): boolean {
  return a.begin <= b.end && b.begin <= a.end;
}

function changesUser({ what }: Action): boolean {
  return what === 'save ann' || what === 'save ben';
}

/** The list of a user has each session that can be used, once. */
async function listShowsWhatLives({ stage }: Outcome): Promise<void> {
  for (const user of [ann, ben]) {
    const listed = await stage.alone().store.list(user);
    const living = livingIn(stage, user);
    // A rotation that was never finished leaves a session.
    const usable = living.filter(({ successor }) => !living.some(({ hash }) => hash === successor?.hash));
    expect(handles(listed), `the list of ${user}`).toEqual(handles(usable));
  }
}

function handles(sessions: readonly { readonly handle: string }[]): readonly string[] {
  return sessions.map(({ handle }) => handle).toSorted();
}

/**
 * A log-out everywhere ends all sessions of its user that were there before it, however they are written and rotated meanwhile,
 * and those of log-ins that began before it.
 */
async function destroyAllEndsWhatWasThere({ stage, cast, played }: Outcome): Promise<void> {
  for (const { action, begin } of succeeded(of(played, 'destroyAll'))) {
    for (const name of ['byId', 'byAlias'] as const)
      if (action.except !== name && !mayBeUnknown(name, played))
        expect(handles(livingIn(stage, ann)), `after destroyAll`).not.toContain(cast[name].handle);
    for (const logIn of played.filter(isLogIn))
      if (beganBefore(logIn.action) || logIn.end < begin)
        expect(await stillHasUser(stage, logIn), `a log-in before destroyAll`).toBe(false);
  }
}

/** A process that dies while it stores a session under a new id has given the id to nobody. */
function mayBeUnknown(name: Name, played: readonly Played[]): boolean {
  return of(played, 'rotate').some(({ action, error }) => action.which === name && error !== undefined);
}

function isLogIn({ action }: Played): boolean {
  return ['create', 'rotate to ann', 'save a new session', 'save ann'].includes(action.what);
}

async function stillHasUser(stage: Outcome['stage'], { came }: Played): Promise<boolean> {
  if (typeof came !== 'object' || came.ended === true) return false;
  return (await stage.alone().store.get(came.id))?.user === ann;
}

/** A session that was ended by its id or its handle does not live on under another id. */
function destroyEndsBoth({ stage, cast, played }: Outcome): void {
  for (const { action, came } of of(played, 'destroy'))
    if (came === true)
      expect(handles(livingIn(stage)), action.which).not.toContain(cast[action.which].handle);
  for (const { action, came } of of(played, 'destroyByHandle'))
    if (came === true)
      expect(handles(livingIn(stage, ann)), action.which).not.toContain(cast[action.which].handle);
}

/** A session that no request ends stays. */
function nobodyElseEndsASession({ stage, cast, played }: Outcome): void {
  for (const name of ['byId', 'byAlias', 'visitor', 'foreignVisitor'] as const)
    if (!played.some(({ action }) => mayEnd(action, name)))
      expect(handles(livingIn(stage)), `${name} stays`).toContain(cast[name].handle);
}

function mayEnd(action: Action, name: Name): boolean {
  switch (action.what) {
    case 'destroyAll':
      return action.except !== name; // also a visitor who logs in meanwhile
    case 'destroy':
    case 'destroyByHandle':
      return action.which === name;
    case 'rotate to ann':
      return name === 'visitor'; // it gets another handle
    default:
      return false;
  }
}

/** A session that a request finds ended was ended by another one, or has another id. */
function endsHaveReasons({ played }: Outcome): void {
  for (const each of [...of(played, 'rotate'), ...of(played, 'patch')]) {
    if (typeof each.came !== 'object' || each.came.ended !== true) continue;
    const { which } = each.action;
    const others = played.filter(other => other !== each).map(({ action }) => action);
    const reason = others.find(
      action => mayEnd(action, which) || (action.what === 'rotate' && action.which === which),
    );
    expect(reason, `why ${each.action.what} found that ${which} has ended`).toBeDefined();
  }
}

/** Who knew an id before a log-in by rotation does not get the session after it. */
async function oldIdsShowNoUser({ stage, cast, played }: Outcome): Promise<void> {
  if (played.some(({ action }) => action.what === 'save ann' && action.which === 'visitor')) return;
  const found = await stage.alone().store.get(cast.visitor.id);
  expect(found?.user, 'the user that the id of the visitor shows').toBeUndefined();
}

/** Whatever requests have died in the middle: each session of a user is found by the next log-out everywhere. */
async function theLastDestroyAllEndsAll({ stage }: Outcome): Promise<void> {
  for (const user of [ann, ben]) {
    await stage.alone().store.destroyAll(user);
    expect(handles(livingIn(stage, user)), `sessions of ${user} after the last destroyAll`).toEqual([]);
  }
}

type Doing<What extends Action['what']> = Played & {
  readonly action: Extract<Action, { readonly what: What }>;
};

function of<What extends Action['what']>(played: readonly Played[], what: What): readonly Doing<What>[] {
  return played.filter((each): each is Doing<What> => each.action.what === what);
}

function succeeded<P extends Played>(played: readonly P[]): readonly P[] {
  return played.filter(({ error }) => error === undefined);
}
