import { clock } from '../../../platform/time/clock.ts';
import { follow } from '../../../platform/follow.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { captureSite } from '../../scope/site-capture.ts';
import { summarize } from '../../runtime/session/summarize.ts';
import { drainFollowed, nothing } from '../../runtime/session/drain.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import type { Operation, Site } from '../../events/events.ts';
import { announceEnding } from './announce-ending.ts';
import { liveOf } from '../session/attach.ts';
import { runAfterCommit } from './callbacks.ts';
import { killCursorsOfTransaction } from '../cursor/kill-cursors.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverSession } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import { sendUntouched } from './send-untouched.ts';
import { announceRunEnd } from '../../runtime/transaction/announce-run-end.ts';
import type { TransactionRun } from '../../runtime/transaction/transaction-run.ts';
import { isLoopCalledByCallback } from '../../attribution/callback-frames.ts';
import type { StackStart } from '../../stack/stack.ts';

type Commit = (this: DriverSession, options?: object) => Promise<void>;

export function patchCommitTransaction(copy: DriverCopy): void {
  replaceMethod<Commit>(copy.ClientSession.prototype, 'commitTransaction', original => {
    return function commitTransaction(options) {
      const live = liveOf(this);
      // The end of a session never commits: during an end, this is the call of a loop that may have been stopped.
      if (live === undefined) return original.call(this, options);
      const send = () => original.call(this, options);
      const byLoop = live.runner?.isInLoop === true;
      const site = byLoop ? undefined : siteOfCommit(live, commitTransaction);
      const commit = () =>
        byLoop
          ? commitByLoop(copy, this, live, send, commitTransaction)
          : commitByHand(copy, this, live, send, commitTransaction, site);
      return live.starts?.last?.then(commit) ?? commit();
    };
  });
}

/** After a pause of this length, in milliseconds, the server may have aborted the transaction: `long-transaction` names the commit. */
const longMS = 1000;

/** A commit with which nothing is wrong has a place in production only if places are wanted. */
function siteOfCommit({ guard, record, runner }: LiveSession, below: StackStart): Site | undefined {
  const { transaction, openOperations, openCursors } = record;
  const isOrdinary =
    runner === undefined &&
    transaction?.phase === 'active' &&
    transaction.failures.length === 0 &&
    clock.now() - transaction.startedAt < longMS &&
    openOperations.size === 0 &&
    openCursors.size === 0;
  return isOrdinary ? guard.sites.capture(below) : captureSite(below);
}

/** The commit of the driver's loop: everything was drained when the callback returned. */
function commitByLoop(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  send: () => Promise<void>,
  below: StackStart,
): Promise<void> {
  const { runner } = live;
  const control = runner?.wanted.control;
  const inside = awaitedBy(runner, below);
  const refusal = announceEnding(live, 'commit', 'runner', runner?.wanted.site);
  if (refusal !== undefined) return Promise.reject(refusalOf(refusal, below));
  if (control === undefined && !live.guard.settings.protect) {
    return sendUntouched('commit', session, live, send, failure => {
      if (failure === undefined) committed(live, 'runner', inside);
      else failed(live, 'runner', failure.error);
    });
  }
  try {
    control?.beforeCommit();
  } catch (error) {
    return Promise.reject(error);
  }
  const isReady = live.record.openCursors.size === 0 || !live.guard.settings.protect;
  const sent = isReady
    ? send()
    : killCursorsOfTransaction(copy, session, live, [runner?.operation]).then(send);
  return follow(
    sent,
    () => {
      control?.commitAnswered();
      committed(live, 'runner', inside);
    },
    error => {
      const cause = failed(live, 'runner', error);
      return control === undefined ? cause : control.rejection(cause);
    },
  );
}

/** A loop, also one that the client's guard has not seen begin, asks every error of a commit for its labels. */
function refusalOf(error: Error, below: StackStart): Error {
  startingBelow(error, below);
  return Object.defineProperty(error, 'hasErrorLabel', { value: () => false });
}

function commitByHand(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  send: () => Promise<void>,
  below: StackStart,
  site: Site | undefined,
): Promise<void> {
  const refusal = announceEnding(live, 'commit', 'user', site);
  // Begun before the first wait: an end that follows at once must find it.
  const begun = live.begin({ command: 'commitTransaction', kind: 'commit', inTransaction: false, site });
  const { runner, guard } = live;
  const { attempt } = live.run;
  if (refusal !== undefined) return refuse(copy, session, live, begun, refusalOf(refusal, below));
  const sent =
    guard.settings.protect || attempt?.rollbackOnly !== undefined
      ? sendProtected(copy, session, live, begun, send)
      : sendUntouched('commit', session, live, send, failure => {
          if (failure === undefined) {
            committed(live, 'user', undefined);
            live.succeeded(begun);
          } else {
            failed(live, 'user', failure.error);
            live.failed(begun, failure.error);
          }
        });
  if (runner !== undefined || attempt === undefined || attempt.afterCommit.length === 0) return sent;
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
  const sent = isSettled(live, begun) ? commit() : drainBeforeCommit(copy, session, live, begun).then(commit);
  const leave = () => {
    if (live.endingSent === sent) live.endingSent = undefined;
  };
  live.endingSent = sent;
  return follow(
    sent,
    () => {
      leave();
      live.succeeded(begun);
    },
    error => {
      leave();
      live.failed(begun, error);
      return error;
    },
  );
}

/** A rule of severity `error` refuses the commit: the transaction is aborted, and the session is not used any more. */
async function refuse(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  begun: Operation,
  refusal: Error,
): Promise<void> {
  try {
    await drainBeforeCommit(copy, session, live, begun);
    live.failed(begun, refusal);
  } catch (error) {
    live.failed(begun, error);
    throw error;
  }
  live.run.advance({ type: 'refused' });
  await session.endSession?.().catch(() => undefined);
  throw refusal;
}

/** The usual case: nothing is waited for. */
function isSettled(live: LiveSession, own: Operation): boolean {
  const { record, run, runner } = live;
  if (run.attempt?.rollbackOnly !== undefined || record.openCursors.size > 0) return false;
  return !live.hasUndrained(own, runner?.operation);
}

/** In a transaction, the failure of a straggler is a failure of the transaction. */
async function drainBeforeCommit(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  own: Operation,
): Promise<void> {
  const { protect } = live.guard.settings;
  const running = [own, live.runner?.operation];
  const { failure, stuck } = protect ? await drainFollowed(live, running) : nothing;
  // A joined call has failed; this counts also without protection.
  const { attempt, errors } = live.run;
  if (attempt?.rollbackOnly !== undefined) throw attempt.rollbackOnly.error;
  if (!protect) return;
  if (failure !== undefined && session.inTransaction()) throw errors.causeOf(failure.error);
  await killCursorsOfTransaction(copy, session, live, [...running, ...stuck]);
}

function committed(live: LiveSession, by: 'user' | 'runner', inside: Site | undefined): void {
  const { guard, record, run, runner } = live;
  const event = {
    v: 1,
    type: 'transaction.committed',
    at: clock.now(),
    client: guard.id,
    session: record.id,
    by,
    inside,
    site: runner?.wanted.site,
  } as const;
  guard.publish(event, record);
  (runner ?? run).advance({ type: 'committed', by });
  if (runner === undefined) announceRunEnd(live, run);
  guard.counters.transactionsCommitted += 1;
}

/** @returns the first error of the attempt instead of the `NoSuchTransaction` that followed from it */
function failed(live: LiveSession, by: 'user' | 'runner', error: unknown): unknown {
  const { guard, record, run, runner } = live;
  guard.publish({ type: 'transaction.failed', session: record.id, by, error: summarize(error) }, record);
  const unknown = record.transaction?.outcomeUnknown === true;
  (runner ?? run).advance({ type: 'commit failed', by, unknown, error });
  // A commit whose result is not known can be sent again.
  if (runner === undefined && !unknown) announceRunEnd(live, run, { error });
  if (!guard.settings.protect) return error;
  return by === 'user' ? run.errors.causeByHand(error) : run.errors.causeOf(error);
}

/**
 * The place where the outer transaction started, if its callback awaits this one. Work that the outer callback has started
 * without `await` is not inside it.
 */
function awaitedBy(runner: TransactionRun | undefined, below: StackStart): Site | undefined {
  const outer = runner?.wanted.outer;
  if (runner === undefined || outer === undefined || outer.attempt.over) return undefined;
  return isLoopCalledByCallback(runner.wanted, below) ? (outer.site ?? {}) : undefined;
}
