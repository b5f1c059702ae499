import type { Fields } from '../backend/session-record.ts';
import { conflict } from '../errors.ts';
import type { Loaded } from './loaded.ts';
import type { Parts } from './parts.ts';
import { save } from './save.ts';
import { checkPatience, patienceOf } from './too-busy.ts';
import type { Ended } from './why.ts';

export interface Patch {
  readonly set: Fields;
  readonly unset: readonly string[];
  readonly conflict: 'last' | 'error';
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT */
export async function patch(parts: Parts, from: Loaded, wanted: Patch): Promise<Loaded | Ended> {
  const { set, unset } = wanted;
  const until = patienceOf(parts);
  let known = from;
  for (;;) {
    const ifVersion = wanted.conflict === 'error' ? known.header.version : undefined;
    const saved = await save(parts, known, { set, unset, ifVersion });
    if (saved.outcome === 'ended') return saved.why;
    if (saved.outcome === 'saved') return saved.loaded;
    refuseOverlap(from, saved.loaded, wanted);
    checkPatience(parts, until);
    known = saved.loaded;
  }
}

/** Others may write other fields as often as they like: each round only lets them go first. */
function refuseOverlap(from: Loaded, now: Loaded, { set, unset }: Patch): void {
  const changed = [...set.keys(), ...unset].find(name => from.texts.get(name) !== now.texts.get(name));
  if (changed !== undefined)
    throw conflict(
      `The session's field '${changed}' was changed by somebody else since it was read, so nothing was written. Read the session again, or use update().`,
    );
}
