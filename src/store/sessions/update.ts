import { setTimeout } from 'node:timers/promises';
import { invalidArgument } from '../../errors/errors.ts';
import { KeyedTurns } from '../../protect/keyed-turns.ts';
import { clock } from '../../session/clock.ts';
import type { SessionKey } from '../backend/session-key.ts';
import { dataOf, differenceOf, textsOf } from '../data/field-texts.ts';
import { checkData } from '../options/check-data.ts';
import { load } from './load.ts';
import type { Loaded } from './loaded.ts';
import type { Parts } from './parts.ts';
import { save } from './save.ts';
import { patienceOf, tooBusy } from './too-busy.ts';
import { type Ended, endedForUnknownReason } from './why.ts';

type Change = (data: object) => object | Promise<object>;

const turns = new KeyedTurns();

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT when others were faster until the time was up */
export async function update(parts: Parts, key: SessionKey, change: Change): Promise<Loaded | Ended> {
  const { updateTimeoutMS } = parts.settings;
  const until = patienceOf(parts);
  const done = await turnOf(key, updateTimeoutMS);
  try {
    let known = await load(parts, key, { refresh: false });
    for (let attempt = 0; known !== undefined; attempt += 1) {
      const changed = await attemptOf(parts, known, change);
      if (!('again' in changed)) return changed;
      known = changed.again;
      await backOff(attempt, until, updateTimeoutMS);
    }
    return endedForUnknownReason;
  } finally {
    done();
  }
}

async function turnOf(key: SessionKey, timeoutMS: number): Promise<() => void> {
  const signal = AbortSignal.timeout(timeoutMS);
  try {
    return await turns.take(key.hash, {}, signal);
  } catch {
    throw tooBusy(timeoutMS);
  }
}

type Attempt = Loaded | Ended | { readonly again: Loaded };

async function attemptOf(parts: Parts, known: Loaded, change: Change): Promise<Attempt> {
  const made: unknown = await change(dataOf(known.texts));
  if (typeof made !== 'object' || made === null)
    throw invalidArgument(
      'The function given to update must return the new data, as an object. Nothing was written.',
    );
  const after = textsOf(checkData(made));
  const { set, unset } = differenceOf(known.texts, after);
  if (set.size === 0 && unset.length === 0) return known;
  const saved = await save(parts, known, { set, unset, ifVersion: known.header.version });
  if (saved.outcome === 'saved') return saved.loaded;
  return saved.outcome === 'ended' ? saved.why : { again: saved.loaded };
}

/** Between 0 and a time that doubles, so that those who meet do not meet again. */
async function backOff(attempt: number, until: number, timeoutMS: number): Promise<void> {
  const most = Math.min(2 ** attempt, 100);
  const pause = Math.random() * most;
  if (clock.now() + pause >= until) throw tooBusy(timeoutMS);
  await setTimeout(pause);
}
