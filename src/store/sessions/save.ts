import { type Change, changeOf, type Written } from '../backend/change.ts';
import { isPointer } from '../backend/life.ts';
import type { SessionKey } from '../backend/session-key.ts';
import type { Fields } from '../backend/session-record.ts';
import { writing } from '../calls/calls.ts';
import { refuseTooLarge } from '../data/size-limit.ts';
import { knownOf, type Loaded, loadedFrom } from './loaded.ts';
import type { Parts } from './parts.ts';
import { readLive } from './read-live.ts';
import { type Ended, endedAs, endedForUnknownReason } from './why.ts';

/** A change as the application means it: its texts are not sealed yet. */
export type Wanted = Partial<Omit<Change, 'next'>>;

export type Saved =
  | { readonly outcome: 'saved'; readonly loaded: Loaded }
  | { readonly outcome: 'ended'; readonly why: Ended }
  | { readonly outcome: 'conflict'; readonly loaded: Loaded };

const task = writing('saving a session');

/** @param known what it was before, as far as the caller knows */
export async function save(parts: Parts, known: Loaded, wanted: Wanted): Promise<Saved> {
  const { key } = known;
  const { set = none, replace = false } = wanted;
  if (set.size > 0) refuseTooLarge(parts.settings.maxBytes, set, replace ? none : known.texts);
  const change = sealed(parts, key, { knownVersion: known.header.version, ...wanted });
  const from = knownOf(known);
  const written = await parts.calls.run(task, (backend, call) => backend.write(from, change, call));
  if (written.outcome === 'rotated')
    return (await takeBack(parts, key, written)) ? save(parts, known, wanted) : gone;
  if (written.outcome === 'ended') {
    if (written.header !== undefined) parts.audit.foundOver(written.header);
    return { outcome: 'ended', why: endedAs(written.header) };
  }
  if (written.outcome === 'conflict')
    return { outcome: 'conflict', loaded: loadedFrom(parts.codec, key, written.record) };
  return { outcome: 'saved', loaded: afterwards(parts, known, change, wanted, written) };
}

const none: Fields = new Map();

const gone: Saved = { outcome: 'ended', why: endedForUnknownReason };

function sealed({ codec }: Parts, key: SessionKey, wanted: Wanted): Change {
  const change = changeOf(wanted);
  const set = codec.toStored(key.hash, change.set);
  return set === change.set ? change : { ...change, set };
}

type Success = Extract<Written, { outcome: 'written' }>;

function afterwards(parts: Parts, known: Loaded, change: Change, wanted: Wanted, written: Success): Loaded {
  const { header, fields } = written;
  if (fields !== undefined) return loadedFrom(parts.codec, known.key, { ...header, fields });
  return { key: known.key, header, texts: merged(change.replace ? new Map() : known.texts, wanted) };
}

function merged(before: Fields, { set = new Map(), unset = [] }: Wanted): Fields {
  const texts = new Map(before);
  for (const name of unset) texts.delete(name);
  for (const [name, text] of set) texts.set(name, text);
  return texts;
}

/**
 * A session that has become another is not written any more, unless that other never came to life: then whoever rotated it
 * has died half-way.
 * @returns whether it may be written again
 */
export async function takeBack(
  parts: Parts,
  key: SessionKey,
  { header }: Extract<Written, { outcome: 'rotated' }>,
): Promise<boolean> {
  const old = await readLive(parts, key);
  if (old === undefined || header.next === undefined || isPointer(header)) return false;
  const mayStillCome = old.now - header.seenAt < 2 * parts.settings.timeoutMS;
  if (mayStillCome || (await readLive(parts, header.next)) !== undefined) return false;
  const change = changeOf({ next: null, ifVersion: header.version });
  const written = await parts.calls.run(task, (backend, call) => backend.write(old.record, change, call));
  return written.outcome === 'written';
}
