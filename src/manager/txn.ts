import { invalidArgument } from '../errors/errors.ts';
import type { AttemptScope } from '../scope/async-scope.ts';

/** What the callback of `withTxn` gets beside the session. */
export interface Txn {
  /** 1 for the first attempt, 2 for the first retry, … */
  readonly attempt: number;
  /** Aborted when the call is stopped by `timeoutMS` or `signal`. Give it to whatever else the callback waits for. */
  readonly signal: AbortSignal;
  /** Runs `fn` once, after the outermost transaction has been committed. Calls of an attempt that is retried are dropped. */
  afterCommit(fn: () => unknown): void;
  /** Runs `fn` once, when the outermost transaction is given up. */
  afterAbort(fn: () => unknown): void;
}

export function newTxn(scope: AttemptScope, attempt: number, signal: () => AbortSignal): Txn {
  return {
    attempt,
    get signal() {
      return signal();
    },
    afterCommit(fn) {
      scope.afterCommit.push(checked('afterCommit', fn));
    },
    afterAbort(fn) {
      scope.afterAbort.push(checked('afterAbort', fn));
    },
  };
}

function checked(name: string, fn: () => unknown): () => unknown {
  if (typeof fn !== 'function') throw invalidArgument(`txn.${name} takes a function.`);
  return fn;
}
