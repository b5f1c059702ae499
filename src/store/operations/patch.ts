import type { Fields } from '../backend/session-record.ts';
import { conflict } from '../errors.ts';
import type { Loaded } from '../sessions/loaded.ts';
import { type StoreContext, checkPatience, patienceOf } from '../sessions/store-context.ts';
import { save } from '../sessions/save.ts';
import type { Ended } from '../audit/audit-event.ts';

export interface Patch {
  readonly set: Fields;
  readonly unset: readonly string[];
  readonly conflict: 'last' | 'error';
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT */
export async function patch(context: StoreContext, from: Loaded, wanted: Patch): Promise<Loaded | Ended> {
  const { set, unset } = wanted;
  const until = patienceOf(context);
  let known = from;
  for (;;) {
    const ifVersion = wanted.conflict === 'error' ? known.header.version : undefined;
    const saved = await save(context, known, { set, unset, ifVersion });
    if (saved.outcome === 'ended') return saved.answer;
    if (saved.outcome === 'saved') return saved.loaded;
    refuseOverlap(from, saved.loaded, wanted);
    checkPatience(context, until);
    known = saved.loaded;
  }
}

/** Other requests may write other fields at any time: then this call only tries again. */
function refuseOverlap(from: Loaded, now: Loaded, { set, unset }: Patch): void {
  const changed = [...set.keys(), ...unset].find(name => from.texts.get(name) !== now.texts.get(name));
  if (changed !== undefined)
    throw conflict(
      `The session's field '${changed}' was changed by somebody else since it was read, so nothing was written. Read the session again, or use update().`,
    );
}
