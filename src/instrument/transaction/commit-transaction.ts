import type { LiveSession } from '../../guard/live-session.ts';
import { captureSite } from '../../guard/site-capture.ts';
import { summarize } from '../../guard/summarize.ts';
import { drain } from '../../protect/drain.ts';
import type { Operation, Site } from '../../session/events.ts';
import { announceEnding } from '../session/announce-ending.ts';
import { liveOf } from '../session/attach.ts';
import { runAfterCommit } from './callbacks.ts';
import { killCursorsOfTransaction } from '../operation/cursors.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverSession } from '../driver/driver-types.ts';
import { awaitedBy } from './nested.ts';
import { replaceMethod } from '../driver/replace-method.ts';

type Commit = (this: DriverSession, options?: object) => Promise<void>;

export function observeCommit(copy: DriverCopy): void {
  replaceMethod<Commit>(copy.ClientSession.prototype, 'commitTransaction', original => {
    return function commitTransaction(options) {
      const live = liveOf(this);
      if (live === undefined || live.driverAtWork) return original.call(this, options);
      const send = () => original.call(this, options);
      return live.helper?.phase === 'loop'
        ? commitByLoop(copy, this, live, send, commitTransaction)
        : commitByHand(copy, this, live, send, commitTransaction);
    };
  });
}

/** The driver's own commit: everything was drained when the callback returned. */
async function commitByLoop(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  send: () => Promise<void>,
  below: Commit,
): Promise<void> {
  const { helper } = live;
  const inside = awaitedBy(helper, below);
  const refusal = announceEnding(live, 'commit', 'helper', helper?.site);
  if (refusal !== undefined) throw withoutLabels(refusal);
  helper?.control?.beforeCommit();
  if (live.record.openCursors.size > 0) await killCursorsOfTransaction(copy, session, live);
  try {
    await send();
    committed(live, 'helper', inside);
  } catch (error) {
    const cause = failed(live, 'helper', error);
    throw helper?.control === undefined ? cause : helper.control.rejection(cause);
  }
}

/** The loop asks every error of a commit for its labels. */
function withoutLabels(error: Error): Error {
  return Object.defineProperty(error, 'hasErrorLabel', { value: () => false });
}

async function commitByHand(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  send: () => Promise<void>,
  below: Commit,
): Promise<void> {
  const site = captureSite(below);
  const refusal = announceEnding(live, 'commit', 'user', site);
  // Begun before the first wait: an end that follows at once must see it.
  const begun = live.begin({ command: 'commitTransaction', kind: 'commit', inTransaction: false, site });
  try {
    await settleFirst(copy, session, live, begun);
    if (refusal === undefined) await sendByHand(live, send);
    live.settle(begun, false);
  } catch (error) {
    live.settle(begun, true, error);
    throw error;
  }
  if (refusal !== undefined) {
    await giveUp(session, live);
    throw refusal;
  }
  if (live.helper === undefined) await runAfterCommit(live.attempt);
}

async function sendByHand(live: LiveSession, send: () => Promise<void>): Promise<void> {
  try {
    await send();
    committed(live, 'user', undefined);
  } catch (error) {
    throw failed(live, 'user', error);
  }
}

/** A rule of severity `error` refuses the commit: nothing of the transaction may stay, and nothing may follow on the session. */
async function giveUp(session: DriverSession, live: LiveSession): Promise<void> {
  live.refused = true;
  await session.endSession?.().catch(() => undefined);
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
