import type { AttemptScope, FunctionCall } from '../scope/async-scope.ts';
import { isCalledByCallback } from './callback-frames.ts';
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
 * @param site the current place, if it was captured with `captureDeep` before
 */
export function belongsTo({ owner }: AttemptScope, below: StackStart, site?: Site): boolean {
  if (owner === undefined) return isCalledByCallback(below, site);
  return owner !== 'unknown' && functionsAbove(below).some(call => isOwner(owner, call));
}
