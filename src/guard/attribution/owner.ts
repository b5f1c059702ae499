import type { AttemptScope, FunctionCall } from '../scope/async-scope.ts';
import { captureSite } from '../scope/site-capture.ts';
import { captureDeep, isCalledByCallback } from './callback-frames.ts';
import { functionsAbove } from './function-identity.ts';
import type { StackStart } from '../stack/stack.ts';
import type { Site } from '../events/events.ts';

/**
 * Is this frame a later point of the call that started the manual transaction? Two concurrent calls of a function share one
 * async context, if one of them starts a transaction before its first await. A frame before `startTransaction`, or with another
 * caller, belongs to the other call.
 */
export function isOwner(owner: FunctionCall, call: FunctionCall): boolean {
  if (call.fn !== owner.fn || !isBehind(owner, call)) return false;
  // After its first await, the stack does not show any more where a call was made.
  if (call.caller === undefined || call.caller === 'awaited') return true;
  return call.caller === owner.caller;
}

function isBehind(start: FunctionCall, other: FunctionCall): boolean {
  return other.line === start.line ? other.column >= start.column : other.line > start.line;
}

/**
 * True if the current code is certainly a part of this transaction, and not only in its async context: a runner's callback, or
 * the function that started a manual transaction, has called the code or awaits it.
 */
export function belongsTo({ owner }: AttemptScope, below: StackStart): boolean {
  if (owner === undefined) return isCalledByCallback(below);
  return owner !== 'unknown' && functionsAbove(below).some(call => isOwner(owner, call));
}

/** The current place, if the current code belongs to this transaction. In the callback of a runner, one stack shows both. */
export function placeWithin(attempt: AttemptScope, below: StackStart): Site | undefined {
  if (attempt.owner !== undefined) return belongsTo(attempt, below) ? captureSite(below) : undefined;
  const site = captureDeep(below);
  return isCalledByCallback(below, site) ? site : undefined;
}
