import type { ClientSession } from 'mongodb';
import { invalidArgument } from '../../../errors/errors.ts';
import { liveOf } from '../../driver/session/attach.ts';
import { abortByRunner, endByRunner } from '../../driver/session/caller.ts';
import { drain } from '../../runtime/session/drain.ts';
import { announceRunEnd } from '../../runtime/transaction/announce-run-end.ts';
import { asDriverSession } from '../client/driver-views.ts';
import type { TxnPlan } from '../options/txn-options.ts';
import type { TurnHost } from './in-turn.ts';
import type { TxnControl } from './txn-control.ts';

/** A call of `withTxn` that `timeoutMS` or `signal` has stopped. */
interface StoppedCall {
  readonly host: TurnHost;
  readonly plan: TxnPlan;
  readonly control: TxnControl;
  readonly endTurn?: () => void;
}

/** A stopped call may still use the session. */
export async function waitForStopped(session: ClientSession): Promise<void> {
  const live = liveOf(asDriverSession(session));
  if (live?.runner === undefined) return;
  await drain(live);
  if (live.runner === undefined) return;
  throw invalidArgument(
    'The session given to withTxn is still used by another call, whose callback has not returned. Use a session for each.',
  );
}

/** The callback may never return: its transaction is ended without it. A commit that was sent is not disturbed. */
export function cutOff({ host, plan, control, endTurn }: StoppedCall, session: ClientSession): void {
  const live = liveOf(asDriverSession(session));
  if (live?.run.attempt === undefined || control.committing || control.committed) return;
  live.run.advance({ type: 'cut off' });
  // The caller was already answered: nobody waits for the callback any more.
  host.guard.callbacks.delete(control);
  // Its callback may have started a transaction by hand, which is the run of the session then.
  const { runner: run = live.run } = live;
  void giveUp(session, plan.session === undefined).finally(() => {
    if (run.by === 'runner') host.guard.contention.leave(run);
    announceRunEnd(live, run, { error: control.signal.reason });
    endTurn?.();
  });
}

/** A loop that was stopped before its commit leaves the transaction open. */
export async function giveUp(session: ClientSession, own: boolean): Promise<void> {
  if (own) await endByRunner(session).catch(() => undefined);
  else if (session.inTransaction()) await abortByRunner(session).catch(() => undefined);
}
