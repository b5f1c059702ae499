import { AsyncLocalStorage } from 'node:async_hooks';
import { processWide } from '../../platform/process-wide.ts';
import type { ContextSource, Site } from '../events/events.ts';
import type { SessionRecord } from '../events/record.ts';

/**
 * Where in the program's asynchronous flow the current code is. `transaction`: in the callback of a transaction runner, or
 * after a manual startTransaction; `callback`: in the callback of `withSession`; `request`: in one request or job; `outside`:
 * in `outsideTxn`; `allow`: in `allow(rule, reason, fn)`; `call`: in a call of a library on top of the driver (mongoose).
 * The `parent` of each is the scope in which it began; only `around` changes it.
 */
export type Scope =
  | RequestScope
  | { readonly kind: 'outside'; parent: Scope | undefined }
  | { readonly kind: 'allow'; readonly rule: string; parent: Scope | undefined }
  | CallbackScope
  | CallScope
  | TransactionScope;

export interface RequestScope {
  readonly kind: 'request';
  parent: Scope | undefined;
  readonly id: number;
  /** Set when the request is over. */
  left: boolean;
  /** What is known of it. */
  context?: ContextSource | undefined;
  /** The driver's sessions that were started in it, if those that it leaves open are to be ended. */
  sessions?: Set<object> | undefined;
}

export interface CallbackScope {
  readonly kind: 'callback';
  parent: Scope | undefined;
  readonly token: object;
  /** The tokens of the callbacks that are running. */
  readonly running: ReadonlySet<object>;
}

/** One call of the user's code into a library that waits before it calls the driver, and so loses the user's stack. */
export interface CallScope {
  readonly kind: 'call';
  parent: Scope | undefined;
  /** Where the user called the library; absent if places are not captured. */
  readonly site: Site | undefined;
  /** The session of the call; only compared. */
  readonly live: object | undefined;
  /** In a manual transaction: the functions that made the call (see `AttemptScope.owner`). */
  readonly functions: readonly FunctionCall[];
  /** The reading of a cursor, in which no user code runs: the library's own frames are not kept over its awaits. */
  readonly ofCursor: boolean;
  /** A token for work that must not be awaited from inside the scope. */
  readonly token: object;
}

export interface TransactionScope {
  readonly kind: 'transaction';
  parent: Scope | undefined;
  /** The client of the transaction; only compared. */
  readonly client: object;
  readonly attempt: AttemptScope;
  /** A token for work that must not be awaited from inside the scope. */
  readonly token: object;
}

/** The part of a transaction's session that a scope has. */
export interface ScopedSession {
  readonly record: SessionRecord;
  /** The driver's session, which only `driver/` looks into. */
  readonly driverSession: object | undefined;
}

/** One call of a user's function, as read from a stack. */
export interface FunctionCall {
  /** Its file and start position, which also distinguishes two anonymous functions. */
  readonly fn: string;
  /** The current line in the function. */
  readonly line: number;
  readonly column: number;
  /**
   * Where it was called, while the caller is on the stack; `awaited` after its first await; undefined if no caller is found.
   */
  readonly caller: string | undefined;
}

/** What a scope can ask, and tell, the run of its transaction. */
export interface AttemptRun {
  /** Its call was stopped by a limit while the callback ran. */
  readonly isCutOff: boolean;
  /** And the callback has not returned yet. */
  readonly isLeftRunning: boolean;
  advance(event: {
    /** A callback that joined the attempt has failed. */
    readonly type: 'rollback only';
    readonly attempt: AttemptScope;
    readonly error: unknown;
  }): void;
}

/** One attempt of a transaction, of a runner or manual: shared by its callback and the callbacks that join it. */
export interface AttemptScope {
  readonly session: ScopedSession;
  /** Its run, which alone changes it. */
  readonly run: AttemptRun;
  readonly by: 'runner' | 'user';
  readonly inject: boolean;
  /**
   * For a manual transaction: the function that called startTransaction. The scope has no callback as a boundary, so it also
   * covers everything that the same run of code calls next; only the operations of this call certainly belong to the
   * transaction.
   */
  readonly owner?: FunctionCall | 'unknown' | undefined;
  /** The `afterCommit` functions of `withTxn` callbacks, in their order; the code that ends the transaction runs them. */
  readonly afterCommit: (() => unknown)[];
  readonly afterAbort: (() => unknown)[];
  /** A joined callback has failed: the transaction can only be aborted, with this error. */
  readonly rollbackOnly: { readonly error: unknown } | undefined;
  /** Set when the callback has returned and all its operations have settled, or when the manual transaction is over. */
  readonly over: boolean;
}

/**
 * Created on first use: an active AsyncLocalStorage makes the whole process slower (see `docs/performance.md`), and programs
 * without scopes must not have this cost.
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
 * Like `runInScope`, for a call that the user's own code makes: it adds no frames to the user's stacks.
 * @returns the scope to switch back to, in a `finally`
 */
export function switchScope(scope: Scope | undefined): Scope | undefined {
  scopes.storage ??= new AsyncLocalStorage();
  const before = scopes.storage.getStore();
  scopes.storage.enterWith(scope);
  return before;
}

/** Runs `fn` outside all scopes. */
export function outsideScopes<T>(fn: () => T): T {
  return scopes.storage === undefined ? fn() : scopes.storage.exit(fn);
}

/** For a scope that has a start but no callback: a manual startTransaction. */
export function enterScope(scope: Scope): void {
  scopes.storage ??= new AsyncLocalStorage();
  scopes.storage.enterWith(scope);
}

/**
 * A thenable that a callback returns (a mongoose query) does its work when it is awaited: this has to happen in the scope of
 * the callback. Promises and other values are returned unchanged.
 */
export function settledHere<T>(returned: T): T {
  const lazy = typeof returned === 'object' && returned !== null && 'then' in returned;
  return lazy && !(returned instanceof Promise) ? (Promise.resolve(returned) as T) : returned;
}
