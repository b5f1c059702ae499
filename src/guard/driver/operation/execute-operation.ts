import { SessionGuardError } from '../../../errors/errors.ts';
import { type LiveSession, requested } from '../../runtime/session/live-session.ts';
import { observationFailed } from '../../../platform/failures.ts';
import { guardOf, isUnmanaged } from '../../runtime/process/shared-state.ts';
import { startingBelow, withoutOwnFrames } from '../../stack/own-frames.ts';
import { attemptOf } from '../../scope/lookup.ts';
import type { Operation } from '../../events/events.ts';
import { clock } from '../../../platform/time/clock.ts';
import { liveOf, noteAdvanced } from '../session/attach.ts';
import { noteConflict, noteWrite, turnAtDocuments } from './conflict.ts';
import { noteUse } from '../client/client-use.ts';
import { noteCursor, noteKilled, noteOpening } from '../cursor/cursors.ts';
import { refusedUse, rejectionOf } from './refused-use.ts';
import type { DriverCopy, DriverFiles } from '../copies/driver-copies.ts';
import type {
  DriverClient,
  DriverOperation,
  DriverSession,
  ExecuteOperation,
} from '../copies/driver-types.ts';
import { fitIntoTransaction } from './inject.ts';
import { labelInTransaction } from './network-labels.ts';
import { attemptOverError, isLate, stoppedError } from '../session/late-use.ts';
import { isStandalone } from '../client/deployment.ts';
import {
  type Callback,
  isCallback,
  isShut,
  passOn,
  type PatchedCopy,
  send,
  type Sending,
  sendWithRoom,
} from './sending.ts';
import { limitTime } from './time-limit.ts';
import { meetWithoutSession } from './without-session.ts';
import { describeSafely } from './describe-operation.ts';
import { trackers } from '../../runtime/tracking/trackers.ts';
import { followOperation, type OperationTracks } from './track-operation.ts';
import type { StackStart } from '../../stack/stack.ts';

/** One call of `executeOperation` with a session of the user. */
interface Call extends Sending {
  readonly live: LiveSession;
  readonly session: DriverSession;
}

/** The function that replaces the driver's own: every operation goes through it on its way to a server. */
export function patchedExecuteOperation(copy: DriverCopy, files: DriverFiles): ExecuteOperation {
  const patched: PatchedCopy = { copy, files };
  return function executeOperation(client, operation, ...rest) {
    return trackers.size === 0
      ? perform(patched, client, operation, rest, executeOperation)
      : performFollowed(patched, client, operation, rest, executeOperation);
  };
}

function performFollowed(
  patched: PatchedCopy,
  client: DriverClient,
  operation: DriverOperation,
  rest: unknown[],
  below: StackStart,
): unknown {
  return followOperation(client, operation, rest, (passed, tracks) =>
    perform(patched, client, operation, passed, below, tracks),
  );
}

/** Without closures of its own: V8 would allocate what they share also for the calls that need none. */
function perform(
  { copy, files }: PatchedCopy,
  client: DriverClient,
  operation: DriverOperation,
  rest: unknown[],
  below: StackStart,
  tracks?: OperationTracks,
): unknown {
  let session = operation.session;
  try {
    limitTime(client, operation, rest[0]);
    noteUse(client, operation, below);
    session = meetWithoutSession(client, operation, below) ?? operation.session;
  } catch (error) {
    if (error instanceof SessionGuardError) return reject(startingBelow(error, below), rest);
    observationFailed(error);
  }
  const live = session?.explicit === true ? liveOf(session) : undefined;
  if (session == null || live === undefined)
    return passOn({ copy, files, client, operation, rest, tracks }, session == null, below);
  const call: Call = { copy, files, live, session, client, operation, rest, tracks };
  if (operation.bypassPinningCheck === true) return sendEnding(call);
  return isCallback(rest.at(-1)) ? runWithCallback(call, below) : afterStarts(call, below);
}

/** Before it is sent. A cursor that passes a callback (up to 6.3) waits for the callback alone. */
function reject(refusal: SessionGuardError, rest: readonly unknown[]): Promise<never> | undefined {
  const callback = rest.at(-1);
  const rejected = Promise.reject(refusal);
  return isCallback(callback) ? passTo(callback, rejected) : rejected;
}

/** Up to 6.3 the driver passes callbacks in places. */
function runWithCallback(call: Call, below: StackStart): undefined {
  const callback = call.rest.at(-1);
  if (!isCallback(callback)) return undefined;
  return passTo(callback, afterStarts({ ...call, rest: call.rest.slice(0, -1) }, below));
}

function passTo(callback: Callback, answer: Promise<unknown>): undefined {
  answer.then(
    result => callback(undefined, result),
    error => callback(error),
  );
  return undefined;
}

/** The command of a commit or an abort: the call of `commitTransaction` or `abortTransaction` is observed instead. */
function sendEnding(call: Call): unknown {
  const { endingWatch: ending } = call.live;
  if (ending === undefined) return send(call);
  const callback = call.rest.at(-1);
  if (!isCallback(callback)) return ending.hear(send(call));
  return send({ ...call, rest: [...call.rest.slice(0, -1), ending.hearCallback(callback)] });
}

/** Waits for a transaction that waits for its own start. */
function afterStarts(call: Call, below: StackStart): Promise<unknown> {
  const waits = call.live.starts?.last;
  return waits === undefined ? begin(call, below) : beginLater(waits, call, below);
}

function beginLater(waits: Promise<unknown>, call: Call, below: StackStart): Promise<unknown> {
  return waits.then(() => begin(call, below));
}

function begin(call: Call, below: StackStart): Promise<unknown> {
  const { live, session, client, operation } = call;
  const attempt = attemptOf(live);
  // Also for operations that had the session before: a cursor still has its inherited options when it fetches the next batch.
  if (attempt?.inject === true && session.inTransaction()) fitIntoTransaction(session, operation);
  const begun = describeSafely(call, below);
  if (begun === undefined) return send(call);
  if (attempt?.run.isCutOff === true && begun.kind !== 'killCursors')
    return Promise.reject(startingBelow(stoppedError(begun), below));
  call.tracks?.identify(begun.id);
  if (begun.kind === 'killCursors') noteKilled(live, operation);
  else noteOpening(live, begun, operation);
  if (live.record.operations === 0) noteAdvanced(live, session);
  const late = isLate(live, attempt, begun.inTransaction, below);
  const foreign = session.client !== client;
  // If the session's own client has no manager, report to the manager of the client that was given the session.
  const guard = foreign && isUnmanaged(live.guard) ? guardOf(client) : live.guard;
  const { protect } = live.guard.settings;
  const refusal = guard.publishAndAsk(requested(live, begun, foreign, late), live.record);
  const refused = refusal ?? (protect ? refusedUse(call, begun, late) : undefined);
  if (refused !== undefined) return refuse(live, begun, startingBelow(refused, below));
  if (!protect || !takesTurns(begun)) return sendAndFollow(call, begun);
  const isAlone = live.guard.contention.isQuiet || !begun.inTransaction;
  // The driver's options are slow to read, and the signal matters only to a call that waits.
  const queued = live.queue.enter(live.queue.isTaken ? operation.options?.signal : undefined);
  const waiting = queued ?? (isAlone ? undefined : turnAtDocuments(live, session, begun, operation));
  if (waiting === undefined) return sendAndFollow(call, begun, { sentAt: undefined });
  const reason = queued === undefined ? 'limiter' : 'queue';
  return whenItsTurn(call, begun, call.tracks?.waits(reason, waiting) ?? waiting);
}

function refuse(live: LiveSession, begun: Operation, error: unknown): Promise<never> {
  live.failed(begun, error);
  return Promise.reject(error);
}

/** The turn of an operation: from before it is sent until it has settled. */
interface Turn {
  /** Undefined if it did not have to wait. */
  readonly sentAt: number | undefined;
}

/** Sends the operation now. It is followed as by `follow`, with half of the closures, for every operation comes here. */
function sendAndFollow(call: Call, begun: Operation, turn?: Turn): Promise<unknown> {
  const isRefused = isRefusedAtOnce(call, begun);
  return (isRefused ? sendWithRoom(call) : send(call)).then(
    result => {
      succeeded(call, begun, turn, result);
      return result;
    },
    (error: unknown) => {
      throw failed(call, begun, turn, error, isRefused);
    },
  );
}

/** The driver refuses it in the same tick, with an error that is made while our frames are on the stack. */
function isRefusedAtOnce({ session, client }: Call, { readPreference }: Operation): boolean {
  return session.hasEnded || session.client !== client || readPreference !== undefined || isShut(client);
}

function succeeded(
  { live, operation }: Call,
  begun: Operation,
  turn: Turn | undefined,
  result: unknown,
): void {
  noteCursor(live, begun, operation, result);
  if (begun.inTransaction) noteWrite(live, begun, operation);
  live.succeeded(begun, turn?.sentAt);
  if (turn !== undefined) live.queue.leave();
}

/** @returns the error for the caller */
function failed(
  call: Call,
  begun: Operation,
  turn: Turn | undefined,
  error: unknown,
  isRefused: boolean,
): unknown {
  const { live, operation, client, session } = call;
  if (begun.inTransaction) labelInTransaction(call.files, client, error);
  noteConflict(client, live, begun, operation, error);
  const rejection = rejectionOf(call, begun, error);
  live.failed(begun, rejection, begun.inTransaction && isStandalone(client), turn?.sentAt);
  if (turn !== undefined) live.queue.leave();
  const answer = live.answerOf(begun, rejection);
  return isRefused || session.hasEnded ? withoutOwnFrames(answer) : answer;
}

/** Waits for the operation's turn in its transaction, and checks that the transaction is still the same afterwards. */
function whenItsTurn(call: Call, begun: Operation, waiting: Promise<unknown>): Promise<unknown> {
  const { live } = call;
  const { transaction } = live.record;
  return waiting.then(
    () => {
      const isSame = live.record.transaction === transaction && transaction?.phase !== 'aborted';
      if (isSame || !begun.inTransaction) return sendAndFollow(call, begun, { sentAt: clock.now() });
      live.queue.leave();
      return refuse(live, begun, attemptOverError(begun));
    },
    (reason: unknown) => refuse(live, begun, reason),
  );
}

/**
 * The operations of a transaction, because the server accepts one at a time; and retryable writes outside, because the driver
 * gives concurrent ones the same transaction number, and the server takes all but the first for retries: they are acknowledged
 * and never done (`incrementTransactionNumber` and `applySession` in the driver's `sessions.js`).
 */
function takesTurns(operation: Operation): boolean {
  return operation.inTransaction ? operation.kind !== 'composite' : operation.retryable === true;
}
