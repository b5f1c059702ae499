import { follow } from '../../../platform/follow.ts';
import { safely } from '../../../platform/failures.ts';
import { around } from '../../scope/around.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { functionsAbove } from '../../attribution/function-identity.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import {
  type CallScope,
  currentScope,
  type FunctionCall,
  type Scope,
  switchScope,
} from '../../scope/async-scope.ts';
import { surroundingTransaction } from '../../scope/lookup.ts';
import type { Operation } from '../../events/events.ts';
import { type CallPlace, siteOfCall } from './call-site.ts';
import { lateUseError, liveSessionIn } from './live-session-in.ts';

export interface Call extends CallPlace {
  /** The name of the method, as mongoose's users know it: `save`, `find`, … */
  readonly name: string;
  readonly namespace?: string | undefined;
  /** The session that the call was given, if it was given one. */
  readonly session?: unknown;
  readonly ofCursor?: boolean;
}

/** A call that runs on a session: the end of the session waits for it, also while mongoose validates or runs hooks. */
interface Work {
  readonly live: LiveSession;
  readonly operation: Operation;
}

/** mongoose refuses an ended session in these before anything is sent. */
const refusedByMongoose = new Set(['save', 'bulkSave', 'insertMany']);

const none: readonly FunctionCall[] = [];

/**
 * Runs a call into mongoose, so that its operations are attributed to the user's line, and so that its session does not end
 * before the call does. Without a session, without a transaction around it and without a need for places it costs only this
 * check.
 */
export function runCall<T>(call: Call, run: () => T): T {
  const begun = safely(() => begin(call));
  if (begun === undefined) return run();
  const { scope, work, refusal } = begun;
  if (refusal !== undefined) return Promise.reject(startingBelow(refusal, call.below)) as T;
  const before = switchScope(scope);
  try {
    const result = withRoom(run);
    return work !== undefined && result instanceof Promise ? (settleWork(work, result) as T) : result;
  } catch (error) {
    throw withoutOwnFrames(error);
  } finally {
    switchScope(before);
  }
}

interface Begun {
  readonly scope: CallScope;
  readonly work?: Work | undefined;
  /** The session has ended: mongoose would report this without a place. */
  readonly refusal?: Error | undefined;
}

function begin(call: Call): Begun | undefined {
  const live = liveSessionIn(call.session);
  const scope = scopeOf(call, live);
  if (scope === undefined || live === undefined) return scope && { scope };
  if (live.record.phase !== 'ended') {
    // Calls that mongoose makes itself (populate, the `save` of `create`) are part of the call around them.
    if (isWithinCallOn(live, scope.parent)) return { scope };
    return { scope, work: beginWork(call, live, scope, 'runner') };
  }
  if (!refusedByMongoose.has(call.name)) return { scope };
  const work = beginWork(call, live, scope, 'composite');
  if (!live.guard.settings.protect) return { scope, work };
  const refusal = lateUseError(call.session, live, work.operation);
  live.failed(work.operation, refusal);
  return { scope, refusal };
}

function scopeOf(call: Call, live: LiveSession | undefined): CallScope | undefined {
  const site = siteOfCall(call, live !== undefined);
  const madeIn = call.made?.scope;
  if (site === undefined && madeIn === undefined && (live === undefined || isCoveredOn(live)))
    return undefined;
  const functions = surroundingTransaction() === 'user' ? functionsAbove(call.below) : none;
  const { ofCursor = false } = call;
  const outer = around(madeIn ?? currentScope());
  // `session: null`: the operations of the call are meant to be outside any transaction.
  const parent: Scope | undefined = call.session === null ? { kind: 'outside', parent: outer } : outer;
  return { kind: 'call', parent, site, functions, ofCursor, live, token: {} };
}

function beginWork(
  { name, namespace }: Call,
  live: LiveSession,
  { site, token }: CallScope,
  kind: 'runner' | 'composite',
): Work {
  const inTransaction = live.record.transaction?.phase === 'active';
  return { live, operation: live.begin({ command: name, kind, namespace, inTransaction, site }, token) };
}

/** The scope of the call around this one says all that a scope of its own would say: most calls that mongoose makes itself. */
function isCoveredOn(live: LiveSession): boolean {
  const outer = currentScope();
  return outer?.kind === 'call' && outer.live === live && live.record.phase !== 'ended';
}

function isWithinCallOn(live: LiveSession, scope: Scope | undefined): boolean {
  for (let outer = scope; outer?.kind === 'call'; outer = outer.parent) if (outer.live === live) return true;
  return false;
}

function settleWork({ live, operation }: Work, result: Promise<unknown>): Promise<unknown> {
  return follow(
    result,
    () => live.succeeded(operation),
    error => {
      live.failed(operation, error);
      return withoutOwnFrames(error);
    },
  );
}
