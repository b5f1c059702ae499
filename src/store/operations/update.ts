import { setTimeout } from 'node:timers/promises';
import { invalidArgument } from '../../errors/errors.ts';
import { KeyedMutex } from '../../platform/keyed-mutex.ts';
import { clock } from '../../platform/time/clock.ts';
import type { SessionKey } from '../backend/session-record.ts';
import { dataOf, differenceOf, textsOf, checkData } from '../data/field-texts.ts';
import { load } from './load.ts';
import type { Loaded } from '../sessions/loaded.ts';
import { type StoreContext, patienceOf, tooBusy } from '../sessions/store-context.ts';
import { save } from '../sessions/save.ts';
import { type Ended, endedForUnknownReason } from '../audit/audit-event.ts';

type Updater = (data: object) => object | Promise<object>;

const turns = new KeyedMutex();

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT if other writes came first until the time was up */
export async function update(
  context: StoreContext,
  key: SessionKey,
  change: Updater,
): Promise<Loaded | Ended> {
  const { updateTimeoutMS } = context.settings;
  const until = patienceOf(context);
  const done = await turnOf(key, updateTimeoutMS);
  try {
    let known = await load(context, key, { refresh: false });
    for (let attempt = 0; known !== undefined; attempt += 1) {
      const changed = await attemptOf(context, known, change);
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

async function attemptOf(context: StoreContext, known: Loaded, change: Updater): Promise<Attempt> {
  const made: unknown = await change(dataOf(known.texts));
  if (typeof made !== 'object' || made === null)
    throw invalidArgument(
      'The function given to update must return the new data, as an object. Nothing was written.',
    );
  const after = textsOf(checkData(made));
  const { set, unset } = differenceOf(known.texts, after);
  if (set.size === 0 && unset.length === 0) return known;
  const saved = await save(context, known, { set, unset, ifVersion: known.header.version });
  if (saved.outcome === 'saved') return saved.loaded;
  return saved.outcome === 'ended' ? saved.answer : { again: saved.loaded };
}

/** A random time between 0 and a limit that doubles, so that two conflicting calls do not conflict again. */
async function backOff(attempt: number, until: number, timeoutMS: number): Promise<void> {
  const most = Math.min(2 ** attempt, 100);
  const pause = Math.random() * most;
  if (clock.now() + pause >= until) throw tooBusy(timeoutMS);
  await setTimeout(pause);
}
