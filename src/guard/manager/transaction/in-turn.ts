import { invalidArgument } from '../../../errors/errors.ts';
import type { ClientGuard } from '../../runtime/client/client-guard.ts';
import { isCalledByCallback } from '../../attribution/callback-frames.ts';
import type { KeyedMutex, TurnKey } from '../../../platform/keyed-mutex.ts';
import type { RunTrack } from '../../runtime/tracking/run-track.ts';
import { isInside } from '../../scope/lookup.ts';
import type { TxnControl } from './txn-control.ts';
import type { StackStart } from '../../stack/stack.ts';

export interface TurnHost {
  readonly guard: ClientGuard;
  readonly turns: KeyedMutex;
}

/** @throws SessionGuardError for a transaction that would wait for the transaction in whose callback it is called */
export function checkTurn({ turns }: TurnHost, key: TurnKey, below: StackStart): void {
  const holder = turns.holderOf(key);
  if (holder === undefined || !isInside(holder) || !isCalledByCallback(below)) return;
  throw invalidArgument(
    `withTxn was called with serializeBy: ${JSON.stringify(key)} inside a transaction with the same key, for whose end it ` +
      "would wait. Let it join (nested: 'join'), or give it another key.",
  );
}

/**
 * Runs a transaction when all earlier ones with its key are over. A closing client waits for it as for a running callback.
 * @param run gets a function that ends the turn early
 */
export async function inTurn<T>(
  { guard, turns }: TurnHost,
  key: TurnKey,
  control: TxnControl,
  track: RunTrack | undefined,
  run: (endTurn: () => void) => Promise<T>,
): Promise<T> {
  guard.callbacks.add(control);
  try {
    const turn = turns.take(key, control, control.signal);
    const endTurn = await (track === undefined ? turn : whileFollowed(track, turn));
    try {
      return await run(endTurn);
    } finally {
      endTurn();
    }
  } finally {
    guard.callbacks.delete(control);
  }
}

async function whileFollowed<T>(track: RunTrack, turn: Promise<T>): Promise<T> {
  try {
    return await track.waits('turn', turn);
  } catch (error) {
    track.neverBegan(error);
    throw error;
  }
}
