import type { FunctionCall } from './function-identity.ts';

/**
 * True if this may be the call of a function that started the manual transaction. Two calls of it at once share the scope
 * of a transaction that one of them starts before it first waits: what stands before the start, or was called from another
 * place, is the other's.
 */
export function isHome(home: FunctionCall, call: FunctionCall): boolean {
  if (call.fn !== home.fn || !isBehind(home, call)) return false;
  // Once a call has waited, nothing tells any more where it was made.
  if (call.caller === undefined || call.caller === 'awaited') return true;
  return call.caller === home.caller;
}

function isBehind(start: FunctionCall, other: FunctionCall): boolean {
  return other.line === start.line ? other.column >= start.column : other.line > start.line;
}
