import { follow } from '../../guard/follow.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { captureSite } from '../../guard/site-capture.ts';
import { summarize } from '../../guard/summarize.ts';
import { drain } from '../../protect/drain.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import type { Operation, Site } from '../../session/events.ts';
import { announceEnding } from '../session/announce-ending.ts';
import { liveOf } from '../session/attach.ts';
import { runAfterCommit } from './callbacks.ts';
import { killCursorsOfTransaction } from '../operation/cursors.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverSession } from '../driver/driver-types.ts';
import { awaitedBy } from './nested.ts';
import { replaceMethod } from '../driver/replace-method.ts';
import { sendUntouched } from './send-untouched.ts';

type Commit = (this: DriverSession, options?: object) => Promise<void>;

export function observeCommit(copy: DriverCopy): void {
  replaceMethod<Commit>(copy.ClientSession.prototype, 'commitTransaction', original => {
    return function commitTransaction(options) {
      const live = liveOf(this);
      if (live === undefined || live.driverAtWork) return original.call(this, options);
      const send = () => original.call(this, options);
      const byLoop = live.helper?.phase === 'loop';
      const site = byLoop ? undefined : captureSite(commitTransaction);
      const commit = () =>
        byLoop
          ? commitByLoop(copy, this, live, send, commitTransaction)
          : commitByHand(copy, this, live, send, commitTransaction, site);
      return live.starts?.last?.then(commit) ?? commit();
    };
  });
}

/** The driver's own commit: everything was drained when the callback returned. */
function commitByLoop(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  send: () => Promise<void>,
  below: Commit,
): Promise<void> {
  const { helper } = live;
  const control = helper?.control;
  const inside = awaitedBy(helper, below);
  const refusal = announceEnding(live, 'commit', 'helper', helper?.site);
  if (refusal !== undefined) return Promise.reject(withoutLabels(startingBelow(refusal, below)));
  if (control === undefined && !live.guard.settings.protect) {
    return sendUntouched('commit', session, live, send, failure => {
      if (failure === undefined) committed(live, 'helper', inside);
      else failed(live, 'helper', failure.error);
    });
  }
  try {
    control?.beforeCommit();
  } catch (error) {
    return Promise.reject(error);
  }
  const isReady = live.record.openCursors.size === 0 || !live.guard.settings.protect;
  const sent = isReady ? send() : killCursorsOfTransaction(copy, session, live).then(send);
  return follow(
    sent,
    () => committed(live, 'helper', inside),
    error => {
      const cause = failed(live, 'helper', error);
      return control === undefined ? cause : control.rejection(cause);
    },
  );
}

/** The loop asks every error of a commit for its labels. */
function withoutLabels(error: Error): Error {
  return Object.defineProperty(error, 'hasErrorLabel', { value: () => false });
}

function commitByHand(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  send: () => Promise<void>,
  below: Commit,
  site: Site | undefined,
): Promise<void> {
  const refusal = announceEnding(live, 'commit', 'user', site);
  // Begun before the first wait: an end that follows at once must see it.
  const begun = live.begin({ command: 'commitTransaction', kind: 'commit', inTransaction: false, site });
  const { attempt, helper, guard } = live;
  if (refusal !== undefined) return refuse(copy, session, live, begun, startingBelow(refusal, below));
  const sent =
    guard.settings.protect || attempt?.rollbackOnly !== undefined
      ? sendProtected(copy, session, live, begun, send)
      : sendUntouched('commit', session, live, send, failure => {
          if (failure === undefined) committed(live, 'user', undefined);
          else failed(live, 'user', failure.error);
          live.settle(begun, failure !== undefined, failure?.error);
        });
  if (helper !== undefined || attempt === undefined || attempt.afterCommit.length === 0) return sent;
  return sent.then(() => runAfterCommit(attempt));
}

function sendProtected(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  begun: Operation,
  send: () => Promise<void>,
): Promise<void> {
  const commit = () =>
    follow(
      withRoom(send),
      () => committed(live, 'user', undefined),
      error => withoutOwnFrames(failed(live, 'user', error)),
    );
  const sent = isSettled(live, begun) ? commit() : settleFirst(copy, session, live, begun).then(commit);
  const settle = (isFailed: boolean, error?: unknown) => {
    if (live.endingSent === sent) live.endingSent = undefined;
    live.settle(begun, isFailed, error);
  };
  live.endingSent = sent;
  return follow(
    sent,
    () => settle(false),
    error => {
      settle(true, error);
      return error;
    },
  );
}

/** A rule of severity `error` refuses the commit: nothing of the transaction may stay, and nothing may follow on the session. */
async function refuse(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  begun: Operation,
  refusal: Error,
): Promise<void> {
  try {
    await settleFirst(copy, session, live, begun);
    live.settle(begun, false);
  } catch (error) {
    live.settle(begun, true, error);
    throw error;
  }
  live.refused = true;
  await session.endSession?.().catch(() => undefined);
  throw refusal;
}

/** Nearly always: nothing is waited for. */
function isSettled(live: LiveSession, own: Operation): boolean {
  const { attempt, helper, record } = live;
  if (attempt?.rollbackOnly !== undefined || record.openCursors.size > 0) return false;
  return live.undrained(own, helper?.operation).length === 0;
}

/** In a transaction a straggler's failure is the transaction's. */
async function settleFirst(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  own: Operation,
): Promise<void> {
  const { protect } = live.guard.settings;
  const failure = protect ? (await drain(live, own, live.helper?.operation)).failure : undefined;
  // What joined the transaction has failed, whether the manager protects or not.
  if (live.attempt?.rollbackOnly !== undefined) throw live.attempt.rollbackOnly.error;
  if (!protect) return;
  if (failure !== undefined && session.inTransaction()) throw live.errors.causeOf(failure.error);
  await killCursorsOfTransaction(copy, session, live);
}

function committed(live: LiveSession, by: 'user' | 'helper', inside: Site | undefined): void {
  const { attempt, helper, guard, record } = live;
  const session = record.id;
  guard.publish({ type: 'transaction.committed', session, by, inside, site: helper?.site }, record);
  if (helper === undefined && attempt !== undefined) attempt.over = true;
  if (helper !== undefined) helper.committed = true;
  guard.counters.transactionsCommitted += 1;
}

/** @returns the first error of the attempt instead of the `NoSuchTransaction` that it led to */
function failed({ guard, record, errors }: LiveSession, by: 'user' | 'helper', error: unknown): unknown {
  guard.publish({ type: 'transaction.failed', session: record.id, by, error: summarize(error) }, record);
  if (!guard.settings.protect) return error;
  return by === 'user' ? errors.causeByHand(error) : errors.causeOf(error);
}
