import { captureSite } from '../guard/site-capture.ts';
import { summarize } from '../guard/summarize.ts';
import type { LiveSession } from '../guard/live-session.ts';
import { drain } from '../protect/drain.ts';
import type { Operation } from '../session/events.ts';
import { liveOf } from './attach.ts';
import { runAfterCommit } from './callbacks.ts';
import { killCursorsOfTransaction } from './cursors.ts';
import type { DriverCopy } from './driver-copies.ts';
import type { DriverSession } from './driver-types.ts';
import { awaitedBy } from './nested.ts';
import { replaceMethod } from './replace-method.ts';

type Commit = (this: DriverSession, options?: object) => Promise<void>;

export function observeCommit(copy: DriverCopy): void {
  replaceMethod<Commit>(copy.ClientSession.prototype, 'commitTransaction', original => {
    return async function commitTransaction(options) {
      const live = liveOf(this);
      if (live === undefined || live.driverAtWork) return original.call(this, options);
      const byLoop = live.helper?.phase === 'loop';
      const inside = byLoop ? awaitedBy(live.helper, commitTransaction) : undefined;
      await prepare(copy, this, live, byLoop, commitTransaction);
      await send(live, byLoop, inside, () => original.call(this, options));
      if (live.helper === undefined) await runAfterCommit(live.attempt);
    };
  });
}

/** Everything that has to be in the transaction before its commit is sent. */
async function prepare(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  byLoop: boolean,
  below: Commit,
): Promise<void> {
  const { guard, record } = live;
  const site = byLoop ? live.helper?.site : captureSite(below);
  const by = byLoop ? 'helper' : 'user';
  // A helper has drained when its callback returned.
  const pending = byLoop ? [] : live.pending();
  const refusal = guard.ask(
    { type: 'transaction.ending', session: record.id, as: 'commit', by, pending, site },
    record,
  );
  if (guard.settings.protect && !byLoop) {
    const { failure } = await drain(live);
    if (failure !== undefined && session.inTransaction()) throw live.errors.causeOf(failure.error);
  }
  if (live.attempt?.rollbackOnly !== undefined && !byLoop) throw live.attempt.rollbackOnly.error;
  if (refusal !== undefined) throw refusal;
  if (byLoop) live.helper?.control?.beforeCommit();
  if (guard.settings.protect) await killCursorsOfTransaction(copy, session, live);
}

async function send(
  live: LiveSession,
  byLoop: boolean,
  inside: Operation['site'],
  commit: () => Promise<void>,
): Promise<void> {
  const { guard, record } = live;
  const by = byLoop ? 'helper' : 'user';
  const begun = live.begin({ command: 'commitTransaction', kind: 'commit', inTransaction: false });
  try {
    await commit();
    live.settle(begun, false);
    guard.publish(
      { type: 'transaction.committed', session: record.id, by, inside, site: live.helper?.site },
      record,
    );
    committed(live);
  } catch (error) {
    live.settle(begun, true, error);
    guard.publish({ type: 'transaction.failed', session: record.id, by, error: summarize(error) }, record);
    throw rejectionOf(live, byLoop, error);
  }
}

function committed({ attempt, helper, guard }: LiveSession): void {
  if (attempt !== undefined && helper === undefined) attempt.over = true;
  if (helper !== undefined) helper.committed = true;
  guard.counters.transactionsCommitted += 1;
}

/** The first error of the attempt instead of the `NoSuchTransaction` that it led to; then what the loop may see of it. */
function rejectionOf(live: LiveSession, byLoop: boolean, error: unknown): unknown {
  const cause = live.guard.settings.protect ? live.errors.causeOf(error) : error;
  return byLoop ? (live.helper?.control?.rejection(cause) ?? cause) : cause;
}
