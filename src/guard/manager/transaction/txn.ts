import type { ClientSession } from 'mongodb';
import { invalidArgument } from '../../../errors/errors.ts';
import type { AttemptScope } from '../../scope/async-scope.ts';
import type { TxnControl } from './txn-control.ts';

/** The second argument of the callback of `withTxn`. */
export interface Txn {
  /** 1 for the first attempt, 2 for the first retry, … */
  readonly attempt: number;
  /** Aborted when the call is stopped by `timeoutMS` or `signal`. Pass it to everything else that the callback waits for. */
  readonly signal: AbortSignal;
  /** Runs `fn` once, after the outermost transaction was committed. The functions of an attempt that is retried are dropped. */
  afterCommit(fn: () => unknown): void;
  /** Runs `fn` once, when the outermost transaction has failed and is not retried any more. */
  afterAbort(fn: () => unknown): void;
}

/** May run several times: outside of the session, it must not do anything that cannot be repeated. */
export type TxnCallback<T> = (session: ClientSession, txn: Txn) => Promise<T>;

export class TxnHandle implements Txn {
  readonly attempt: number;
  readonly #scope: AttemptScope;
  readonly #control: TxnControl;

  constructor(scope: AttemptScope, control: TxnControl) {
    this.attempt = control.attempt;
    this.#scope = scope;
    this.#control = control;
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  afterCommit(fn: () => unknown): void {
    this.#scope.afterCommit.push(checked('afterCommit', fn));
  }

  afterAbort(fn: () => unknown): void {
    this.#scope.afterAbort.push(checked('afterAbort', fn));
  }
}

function checked(name: string, fn: () => unknown): () => unknown {
  if (typeof fn !== 'function') throw invalidArgument(`txn.${name} takes a function.`);
  return fn;
}
