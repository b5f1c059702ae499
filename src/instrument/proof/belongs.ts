import type { AttemptScope } from '../../scope/async-scope.ts';
import { isCalledByCallback } from './callback-frames.ts';
import { functionsAbove } from './function-identity.ts';
import { isHome } from './home-call.ts';

/**
 * True if the current code is for certain a part of this transaction, and not only in its async context: a helper's
 * callback has called it or awaits it, or the function that started a manual transaction has.
 */
export function belongsTo({ home }: AttemptScope, below: (...args: never[]) => unknown): boolean {
  if (home === undefined) return isCalledByCallback(below);
  return home !== 'unknown' && functionsAbove(below).some(call => isHome(home, call));
}
