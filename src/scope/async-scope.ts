import { AsyncLocalStorage } from 'node:async_hooks';
import { processWide } from '../guard/process-wide.ts';
import type { LiveSession } from '../guard/live-session.ts';
import type { FunctionCall } from '../instrument/proof/function-identity.ts';
import type { Site } from '../session/events.ts';

/**
 * Where in the program's asynchronous flow we are. `transaction`: in the callback of a helper, or after a manual
 * startTransaction; `callback`: in the callback of `withSession`; `request`: in one request or job; `outside`: in
 * `outsideTxn`; `allow`: in `allow(rule, reason, fn)`; `call`: in a call of a library on top of the driver (mongoose).
 */
export type Scope =
  | RequestScope
  | { readonly kind: 'outside'; readonly parent: Scope | undefined }
  | { readonly kind: 'allow'; readonly rule: string; readonly parent: Scope | undefined }
  | CallbackScope
  | CallScope
  | TransactionScope;

export interface RequestScope {
  readonly kind: 'request';
  readonly parent: Scope | undefined;
  readonly id: number;
  /** Set when the request is over. */
  left: boolean;
}

export interface CallbackScope {
  readonly kind: 'callback';
  readonly parent: Scope | undefined;
  readonly token: object;
  /** The tokens of the callbacks that are running. */
  readonly running: ReadonlySet<object>;
}

/** One call of the user's into a library that waits before it calls the driver, and so loses the user's stack. */
export interface CallScope {
  readonly kind: 'call';
  readonly parent: Scope | undefined;
  /** Where the user called the library; absent where places are not captured. */
  readonly site: Site | undefined;
  /** The session that the call runs on. */
  readonly live: LiveSession | undefined;
  /** In a manual transaction: the functions that made the call (see `AttemptScope.home`). */
  readonly functions: readonly FunctionCall[];
  /** The reading of a cursor, in which nothing of the user's runs: the library's own frames are not kept over its waits. */
  readonly ofCursor: boolean;
  /** What must not be waited for from inside. */
  readonly token: object;
}

export interface TransactionScope {
  readonly kind: 'transaction';
  readonly parent: Scope | undefined;
  /** The client that the transaction runs on; only compared. */
  readonly client: object;
  readonly attempt: AttemptScope;
  /** What must not be waited for from inside. */
  readonly token: object;
}

/** One attempt of a transaction, of a helper or by hand: shared by its callback and the ones that join it. */
export interface AttemptScope {
  readonly session: LiveSession;
  readonly by: 'helper' | 'user';
  readonly inject: boolean;
  /**
   * For a manual transaction: the function that called startTransaction. Its scope has no callback that would bound it, so
   * it reaches into whatever the same run of code calls next; only what this call of it does belongs to it for certain.
   */
  readonly home?: FunctionCall | 'unknown' | undefined;
  /** What `withTxn` callbacks asked for, in their order; run by whoever ends the transaction. */
  readonly afterCommit: (() => unknown)[];
  readonly afterAbort: (() => unknown)[];
  /** A joined callback has failed: the transaction can only be aborted, with this error. */
  rollbackOnly?: { readonly error: unknown };
  /** Set when the callback has returned and everything it began has settled, or when the manual transaction is over. */
  over: boolean;
}

/**
 * Made on first use: an active AsyncLocalStorage has a price for the whole process (see the figures in the README), which
 * a program that has no use for scopes must not pay.
 */
const scopes = processWide<{ storage?: AsyncLocalStorage<Scope | undefined> }>('scopes', () => ({}));

export function currentScope(): Scope | undefined {
  return scopes.storage?.getStore();
}

export function runInScope<T>(scope: Scope, fn: () => T): T {
  scopes.storage ??= new AsyncLocalStorage();
  return scopes.storage.run(scope, fn);
}

/**
 * The same as `runInScope` for a call that the user's own code makes: it leaves no frames of its own in the user's stacks.
 * @returns the scope to switch back to, in a `finally`
 */
export function switchScope(scope: Scope | undefined): Scope | undefined {
  scopes.storage ??= new AsyncLocalStorage();
  const before = scopes.storage.getStore();
  scopes.storage.enterWith(scope);
  return before;
}

/** Runs `fn` as if it was called from nowhere. */
export function outsideScopes<T>(fn: () => T): T {
  return scopes.storage === undefined ? fn() : scopes.storage.exit(fn);
}

/** For what has a beginning but no callback: a manual startTransaction. */
export function enterScope(scope: Scope): void {
  scopes.storage ??= new AsyncLocalStorage();
  scopes.storage.enterWith(scope);
}

/**
 * The current scope without what is over: a loop enters one manual transaction after the other and leaves none, a job that
 * makes its successor before it ends does so from inside, and their chain would grow without end.
 */
export function currentScopeStillOn(): Scope | undefined {
  return stillOn(currentScope());
}

export function stillOn(scope: Scope | undefined): Scope | undefined {
  let on = scope;
  while (on !== undefined && isOver(on)) on = on.parent;
  return on;
}

function isOver(scope: Scope): boolean {
  switch (scope.kind) {
    case 'request':
      return scope.left;
    case 'callback':
      return !scope.running.has(scope.token);
    case 'transaction':
      return scope.attempt.over && isForgotten(scope.attempt);
    default:
      return false;
  }
}

/** What we are in is over: the current code was begun inside, and has outlived it. */
export function isLeftBehind(): boolean {
  const scope = currentScope();
  if (scope === undefined) return false;
  return scope.kind === 'transaction' ? scope.attempt.over : isOver(scope);
}

/** What an attempt of a helper has left behind is told by its scope, until its session ends. */
function isForgotten({ by, session }: AttemptScope): boolean {
  return by === 'user' || session.record.phase === 'ended';
}
