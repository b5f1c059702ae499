import { type Change, changeOf, type Written } from '../backend/change.ts';
import { isAlias } from '../backend/life.ts';
import type { Fields, SessionHeader, SessionKey } from '../backend/session-record.ts';
import { writing } from '../../platform/time/timed-calls.ts';
import { refuseTooLarge } from '../data/size-limit.ts';
import { knownOf, type Loaded, loadedFrom, readLive } from './loaded.ts';
import type { StoreContext } from './store-context.ts';
import { type Ended, endedAs, endedForUnknownReason } from '../audit/audit-event.ts';

/** A change before encryption: with the plain texts of fields. */
export type PlainChange = Partial<Omit<Change, 'successor'>>;

export type Saved =
  | { readonly outcome: 'saved'; readonly loaded: Loaded }
  /** `rotated`: the header of the session, if it was rotated to another id, or is about to be. */
  | { readonly outcome: 'ended'; readonly answer: Ended; readonly rotated?: SessionHeader }
  | { readonly outcome: 'conflict'; readonly loaded: Loaded };

const task = writing('saving a session');

/** @param known the session before the change, as far as the caller knows */
export async function save(context: StoreContext, known: Loaded, wanted: PlainChange): Promise<Saved> {
  const { key } = known;
  const { set = none, replace = false } = wanted;
  if (set.size > 0) refuseTooLarge(context.settings.maxBytes, set, replace ? none : known.texts);
  const change = sealed(context, key, { knownVersion: known.header.version, ...wanted });
  const from = knownOf(known);
  const written = await context.calls.run(task, (backend, call) => backend.write(from, change, call));
  if (written.outcome === 'rotated')
    return (await undoRotation(context, key, written)) ? save(context, known, wanted) : gone(written.header);
  if (written.outcome === 'ended') {
    if (written.header !== undefined) context.audit.foundOver(written.header);
    return { outcome: 'ended', answer: endedAs(written.header) };
  }
  if (written.outcome === 'conflict')
    return { outcome: 'conflict', loaded: loadedFrom(context.codec, key, written.record) };
  return { outcome: 'saved', loaded: afterwards(context, known, change, wanted, written) };
}

const none: Fields = new Map();

function gone(rotated: SessionHeader): Saved {
  return { outcome: 'ended', answer: endedForUnknownReason, rotated };
}

function sealed({ codec }: StoreContext, key: SessionKey, wanted: PlainChange): Change {
  const change = changeOf(wanted);
  const set = codec.toStored(key.hash, change.set);
  return set === change.set ? change : { ...change, set };
}

type Success = Extract<Written, { outcome: 'written' }>;

function afterwards(
  context: StoreContext,
  known: Loaded,
  change: Change,
  wanted: PlainChange,
  written: Success,
): Loaded {
  const { header, fields } = written;
  if (fields !== undefined) return loadedFrom(context.codec, known.key, { ...header, fields });
  return { key: known.key, header, texts: merged(change.replace ? new Map() : known.texts, wanted) };
}

function merged(before: Fields, { set = new Map(), unset = [] }: PlainChange): Fields {
  const texts = new Map(before);
  for (const name of unset) texts.delete(name);
  for (const [name, text] of set) texts.set(name, text);
  return texts;
}

/**
 * A rotated session is not written any more, unless its successor was never stored because the rotating process died; then the
 * rotation is undone.
 * @returns whether it may be written again
 */
export async function undoRotation(
  context: StoreContext,
  key: SessionKey,
  { header }: Extract<Written, { outcome: 'rotated' }>,
): Promise<boolean> {
  const old = await readLive(context, key);
  if (old === undefined || header.successor === undefined || isAlias(header)) return false;
  const mayStillCome = old.now - header.seenAt < 2 * context.settings.timeoutMS;
  if (mayStillCome || (await readLive(context, header.successor)) !== undefined) return false;
  const change = changeOf({ successor: null, ifVersion: header.version });
  const written = await context.calls.run(task, (backend, call) => backend.write(old.record, change, call));
  return written.outcome === 'written';
}
