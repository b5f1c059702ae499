import { EventEmitter } from 'node:events';
import { inspect, type InspectOptions } from 'node:util';
import type { ClientSession, ClientSessionOptions, Db, MongoClient } from 'mongodb';
import { brandObjects, brandOf, isBranded } from '../errors/brand.ts';
import { codes } from '../errors/codes.ts';
import { SessionGuardError } from '../errors/errors.ts';
import { type GuardedClient, guardClient } from '../instrument/guard-client.ts';
import type { MongooseConnection, MongooseInstance } from '../mongoose/mongoose-types.ts';
import { KeyedTurns } from '../protect/keyed-turns.ts';
import { docsOf } from '../rules/rule.ts';
import { configureRules } from '../policy/configure.ts';
import { rules } from '../rules/registry.ts';
import { checkOptions, type ConnectionManagerOptions, type GuardOptions, settingsOf } from './options.ts';
import { checkCloseOptions, checkSessionOptions } from './call-options.ts';
import { checkClient, checkUri, createClient } from './create-client.ts';
import { describeManager, type ManagerSummary } from './describe-manager.ts';
import { asDriverClient } from './driver-views.ts';
import { forwardEvents, type ManagerEvents } from './events.ts';
import { noteManager } from './second-manager.ts';
import { openShared, rememberShared } from './shared-managers.ts';
import { type ManagerStats, statsOf } from './stats.ts';
import { withSession } from './with-session.ts';
import type { WithTxnOptions } from './txn-options.ts';
import type { TxnCallback } from './txn.ts';
import { type TxnHost, withTxn } from './with-txn.ts';

const brand = brandOf('manager');

/** One persistent `MongoClient` whose sessions are never used after their end. */
export class ConnectionManager extends EventEmitter<ManagerEvents> implements AsyncDisposable {
  readonly #client: MongoClient;
  readonly #guarded: GuardedClient;
  readonly #host: TxnHost;
  #connecting: Promise<unknown> | undefined;
  #closed = false;

  /**
   * Nothing is sent: the client connects on its first use.
   * @param uri the connection string (an environment variable that may be unset: that is refused), or a client that exists
   * @throws SessionGuardError for a connection string or an option that cannot work
   */
  constructor(uri: string | MongoClient | undefined, options: ConnectionManagerOptions = {}) {
    super();
    const call = 'new ConnectionManager';
    const given = typeof uri === 'object' ? checkClient(uri, call) : undefined;
    checkOptions(options, call, given === undefined ? 'is to be made' : 'exists');
    const configured = configureRules(rules, options.rules, call);
    this.#client = given ?? createClient(checkUri(uri, call), options.client);
    const plan = { rules: configured, settings: settingsOf(options), console: options.console ?? true };
    this.#guarded = guardClient(asDriverClient(this.#client), plan);
    this.#host = {
      client: this.#client,
      guard: this.#guarded.guard,
      turns: new KeyedTurns(),
      connect: () => this.connect(),
    };
    if (options.onFinding !== undefined) this.#guarded.hub.add(options.onFinding);
    forwardEvents(this, this.#guarded);
    if (typeof uri === 'string') noteManager(uri, options, () => this.#closed);
  }

  /** Also true for a manager of another copy of this package in the process. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, ConnectionManager, brand, this);
  }

  /**
   * Guards a client that exists, connected or not: a `MongoClient`, or the one of mongoose (its default connection) or of one
   * of its connections, once it has one. That copy of mongoose then tells your line for what it sends.
   * @throws SessionGuardError for anything that has no `MongoClient`, and for options that cannot work
   */
  static adopt(
    client: MongoClient | MongooseConnection | MongooseInstance,
    options: GuardOptions = {},
  ): ConnectionManager {
    const call = 'ConnectionManager.adopt';
    const found = checkClient(client, call);
    checkOptions(options, call, 'exists');
    configureRules(rules, options.rules, call);
    return new ConnectionManager(found, options);
  }

  /**
   * One manager per process and connection string, for serverless functions and hot reload: made by the first call, and
   * again after it was closed. Later calls get the same one; options of theirs that differ are not used, and a warning
   * (`SESSION_GUARD_SHARED_OPTIONS`) names them.
   * @throws SessionGuardError for a connection string or an option that cannot work, at every call
   */
  static shared(uri: string | undefined, options: ConnectionManagerOptions = {}): ConnectionManager {
    const call = 'ConnectionManager.shared';
    const known = checkUri(uri, call);
    checkOptions(options, call);
    configureRules(rules, options.rules, call);
    // Another copy's manager has the same methods.
    const open = openShared(known, options) as ConnectionManager | undefined;
    if (open !== undefined) return open;
    const made = new ConnectionManager(known, options);
    rememberShared(known, { manager: made, options, isClosed: () => made.#closed });
    return made;
  }

  /** The guarded client. Give it to anything that takes a `MongoClient`. */
  get client(): MongoClient {
    return this.#client;
  }

  /** @param name the database; by default the one of the connection string */
  db(name?: string): Db {
    return this.#client.db(name);
  }

  /** Connects, once however many callers race for it. A failed connect is tried again by the next use. */
  async connect(): Promise<this> {
    this.#checkOpen();
    this.#connecting ??= this.#client.connect();
    try {
      await this.#connecting;
      return this;
    } finally {
      this.#connecting = undefined;
    }
  }

  /** A session of your own, guarded; end it yourself. */
  startSession(options?: ClientSessionOptions): ClientSession {
    this.#checkOpen();
    checkSessionOptions(options, 'startSession');
    return this.#client.startSession(options);
  }

  /** Runs `fn` with a session that ends when every operation begun with it has settled. */
  withSession<T>(fn: (session: ClientSession) => Promise<T>, options?: ClientSessionOptions): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    return withSession(this.#client, this.#guarded.guard, fn, options);
  }

  /** Runs `fn` in a transaction: retried as the specification says, drained, committed. See `docs/transactions.md`. */
  withTxn<T>(fn: TxnCallback<T>, options?: WithTxnOptions): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    return withTxn(this.#host, fn, options);
  }

  stats(): ManagerStats {
    return statsOf(this.#guarded.guard);
  }

  /**
   * Refuses new helpers, waits for running work, then closes the client. What is still running after the grace is cut off
   * and reported (`client-closed-in-use`).
   * @param options.graceMS how long to wait, in milliseconds; by default `closeGraceMS`
   */
  async close(options: { readonly graceMS?: number | undefined } = {}): Promise<void> {
    const graceMS = checkCloseOptions(options);
    this.#closed = true;
    this.#guarded.guard.nextGraceMS = graceMS;
    await this.#client.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What is printed of a manager, and written as JSON: no credentials. */
  toJSON(): ManagerSummary {
    return describeManager(asDriverClient(this.#client), this.#closed, this.stats());
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `ConnectionManager ${inspect(this.toJSON(), options)}`;
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError();
  }
}

brandObjects(ConnectionManager, brand);

function closedError(): SessionGuardError {
  const message =
    'This ConnectionManager has been closed. Close it last, when nothing needs it any more, or make a new one.';
  const rule = 'client-use-after-close';
  return new SessionGuardError(codes.closed, message, { rule, docs: docsOf(rule) });
}
