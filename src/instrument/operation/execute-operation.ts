import { SessionGuardError } from '../../errors/errors.ts';
import { follow } from '../../guard/follow.ts';
import { type LiveSession, requested } from '../../guard/live-session.ts';
import { observationFailed } from '../../guard/failures.ts';
import { guardOf, isUnmanaged } from '../../guard/shared-state.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import { attemptOf } from '../../scope/lookup.ts';
import type { Operation, OperationKind } from '../../session/events.ts';
import { nextId } from '../../session/ids.ts';
import { clock } from '../../session/clock.ts';
import { liveOf } from '../session/attach.ts';
import { classify } from './classify.ts';
import { noteConflict, noteWrite } from './conflict.ts';
import { noteUse } from '../client/client-use.ts';
import { cutOffErrorOf, isQuiet, kindOfFetch, noteCursor, noteKilled } from './cursors.ts';
import type { DriverCopy, DriverFiles } from '../driver/driver-copies.ts';
import type {
  DriverClient,
  DriverOperation,
  DriverSession,
  ExecuteOperation,
} from '../driver/driver-types.ts';
import { handOver } from './implicit-operations.ts';
import { fitIntoTransaction } from './inject.ts';
import { attemptOverError, isLate, lateUseOf } from './late-use.ts';
import { namespaceOf } from './namespace.ts';
import { noteAdvanced } from '../session/note-advanced.ts';
import { refusedPreference } from './read-preference.ts';
import { requestsOf } from '../proof/request-proof.ts';
import { isStandalone } from '../client/standalone.ts';
import { meetUnowned } from './unowned.ts';

/** One call of `executeOperation` with a session of the user's. */
interface Call {
  readonly copy: DriverCopy;
  readonly files: DriverFiles;
  readonly live: LiveSession;
  readonly session: DriverSession;
  readonly client: DriverClient;
  readonly operation: DriverOperation;
  readonly rest: unknown[];
}

/** The function that takes the place of the driver's own: the one way of every operation to a server. */
export function observedExecuteOperation(copy: DriverCopy, files: DriverFiles): ExecuteOperation {
  // Not called as a method: the stacks of the user would show that.
  const { executeOperation: original } = files;
  return function executeOperation(client, operation, ...rest) {
    let session = operation.session;
    try {
      noteUse(client, operation, executeOperation);
      session = meetUnowned(client, operation, executeOperation) ?? operation.session;
    } catch (error) {
      if (error instanceof SessionGuardError) return Promise.reject(startingBelow(error, executeOperation));
      observationFailed(error);
    }
    const live = session?.explicit === true ? liveOf(session) : undefined;
    if (session == null || live === undefined) {
      if (isShut(client)) return sendInVain(() => original(client, operation, ...rest));
      if (session != null) return original(client, operation, ...rest);
      return handOver(operation, () => original(client, operation, ...rest));
    }
    if (operation.bypassPinningCheck === true) return sendEnding(files, live, client, operation, rest);
    const call: Call = { copy, files, live, session, client, operation, rest };
    // Driver 6.0 passes callbacks in places.
    const callback = rest.at(-1);
    if (!isCallback(callback)) return run(call, executeOperation);
    run({ ...call, rest: rest.slice(0, -1) }, executeOperation).then(
      result => callback(undefined, result),
      error => callback(error),
    );
    return undefined;
  };
}

type Callback = (error: unknown, ...rest: unknown[]) => void;

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function';
}

/** The driver refuses an operation in the same turn then. */
function isShut(client: DriverClient): boolean {
  return client.topology === undefined && client.s.hasBeenClosed;
}

/** An error that is made while our frames are on the stack. */
function sendInVain(call: () => unknown): unknown {
  const sent = withRoom(call);
  return sent instanceof Promise ? follow(sent, () => undefined, withoutOwnFrames) : sent;
}

/** The command of a commit or an abort, whose call is observed itself. */
function sendEnding(
  { executeOperation }: DriverFiles,
  { ending }: LiveSession,
  client: DriverClient,
  operation: DriverOperation,
  rest: unknown[],
): unknown {
  if (ending === undefined) return executeOperation(client, operation, ...rest);
  const callback = rest.at(-1);
  if (!isCallback(callback)) return ending.hear(executeOperation(client, operation, ...rest));
  const heard = ending.hearCallback(callback);
  return executeOperation(client, operation, ...rest.slice(0, -1), heard);
}

/** A transaction that waits to be started is waited for. */
function run(call: Call, below: ExecuteOperation): Promise<unknown> {
  const waits = call.live.starts?.last;
  return waits === undefined ? begin(call, below) : waits.then(() => begin(call, below));
}

function begin(call: Call, below: ExecuteOperation): Promise<unknown> {
  const { copy, live, session, client, operation } = call;
  const attempt = attemptOf(live);
  // Not only what was given the session just now: a cursor has still what it inherited when it fetches its next batch.
  if (attempt?.inject === true && session.inTransaction()) fitIntoTransaction(session, operation);
  const begun = describeSafely(call, below);
  if (begun === undefined) return send(call);
  if (begun.kind === 'killCursors') noteKilled(live, operation);
  if (live.record.operations === 0) noteAdvanced(live, session);
  const late = isLate(live, attempt, begun.inTransaction, below);
  const foreign = session.client !== client;
  // A session of a client that nobody manages is told to the manager of the one that it was given to.
  const guard = foreign && isUnmanaged(live.guard) ? guardOf(client) : live.guard;
  const { protect } = live.guard.settings;
  const refusal = guard.ask(requested(live, begun, foreign, late), live.record);
  const refused = refusal ?? (protect ? lateUseOf(copy, live, begun, late) : undefined);
  if (refused !== undefined) return refuse(live, begun, startingBelow(refused, below));
  if (!protect || !takesTurns(begun)) return observe(call, begun);
  const waiting = live.queue.enter(operation.options?.signal);
  return waiting === undefined
    ? observe(call, begun, { sentAt: undefined })
    : whenItsTurn(call, begun, waiting);
}

function refuse(live: LiveSession, begun: Operation, error: unknown): Promise<never> {
  live.settle(begun, true, error);
  return Promise.reject(error);
}

function send({ files: { executeOperation }, client, operation, rest }: Call): Promise<unknown> {
  return executeOperation(client, operation, ...rest) as Promise<unknown>;
}

/** The turn of an operation, which it has when it is sent and until it has settled. */
interface Turn {
  /** Undefined for one that had not to wait. */
  readonly sentAt: number | undefined;
}

/** Sends it now. */
function observe(call: Call, begun: Operation, turn?: Turn): Promise<unknown> {
  const { copy, live, operation, client, session } = call;
  const isRefused = session.hasEnded || isShut(client);
  const sent = isRefused ? withRoom(() => send(call)) : send(call);
  return follow(
    sent,
    result => {
      noteCursor(live, begun, operation, result);
      if (begun.inTransaction) noteWrite(live, begun, operation);
      live.settle(begun, false, undefined, false, turn?.sentAt);
      if (turn !== undefined) live.queue.leave();
    },
    error => {
      noteConflict(client, live, begun, operation, error);
      const told = cutOffErrorOf(copy, live, begun, operation, error) ?? error;
      live.settle(begun, true, told, begun.inTransaction && isStandalone(client), turn?.sentAt);
      if (turn !== undefined) live.queue.leave();
      const answer = live.answerOf(begun, told);
      return isRefused || session.hasEnded ? withoutOwnFrames(answer) : answer;
    },
  );
}

/** Waits for the operation's turn in its transaction, and makes sure that the transaction is still the same when it comes. */
function whenItsTurn(call: Call, begun: Operation, waiting: Promise<void>): Promise<unknown> {
  const { live } = call;
  const { transaction } = live.record;
  return waiting.then(
    () => {
      const isSame = live.record.transaction === transaction && transaction?.phase !== 'aborted';
      if (isSame || !begun.inTransaction) return observe(call, begun, { sentAt: clock.now() });
      live.queue.leave();
      return refuse(live, begun, attemptOverError(begun));
    },
    (reason: unknown) => refuse(live, begun, reason),
  );
}

/** An operation of a shape that this package does not know must reach its server all the same. */
function describeSafely(call: Call, below: ExecuteOperation): Operation | undefined {
  try {
    return describe(call, below);
  } catch (bug) {
    observationFailed(bug);
    return undefined;
  }
}

/**
 * The operations of a transaction, since the server takes one at a time; and retryable writes outside, since the driver
 * gives those that it sends together one transaction number, and the server takes all but the first for retries: they
 * are acknowledged and never done (`incrementTransactionNumber` and `applySession` in the driver's `sessions.js`).
 */
function takesTurns(operation: Operation): boolean {
  return operation.inTransaction ? operation.kind !== 'composite' : operation.retryable === true;
}

function describe({ live, session, client, operation }: Call, below: ExecuteOperation): Operation {
  const { command, kind, retryable } = classify(operation);
  const inTransaction = session.inTransaction();
  return {
    id: nextId('operation'),
    command,
    kind: kind === 'getMore' ? kindOfFetch(live, operation) : kind,
    namespace: namespaceOf(operation, kind),
    at: clock.now(),
    site: live.guard.sites.capture(below),
    inTransaction,
    retryable:
      retryable &&
      !inTransaction &&
      operation.canRetryWrite !== false &&
      client.options?.retryWrites !== false,
    readPreference: inTransaction ? refusedPreference(operation) : undefined,
    unacknowledged: !inTransaction && isUnacknowledged(operation, kind),
    scopes: requestsOf(live, below),
    quiet: isQuiet(live, operation, kind),
  };
}

function isUnacknowledged({ writeConcern }: DriverOperation, kind: OperationKind): boolean {
  return writeConcern?.w === 0 && (kind === 'write' || kind === 'batch');
}
