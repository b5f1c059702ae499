import { EventEmitter } from 'node:events';
import { inspect, type InspectOptions } from 'node:util';
import type { ClientSession, ClientSessionOptions, Db, MongoClient } from 'mongodb';
import { brandObjects, brandOf, isBranded } from '../../errors/errors.ts';
import { guardClient, type GuardedClient } from '../driver/guard-client.ts';
import type { MongooseConnection, MongooseInstance } from '../mongoose/mongoose-types.ts';
import { configureRules } from '../rules/engine/configure.ts';
import { rules } from '../rules/registry.ts';
import {
  checkManagerOptions,
  type ConnectionManagerOptions,
  type GuardOptions,
  outletsOf,
  settingsOf,
} from './options/options.ts';
import { checkCloseOptions, checkHealthOptions, checkSessionOptions } from './options/call-options.ts';
import { closedError } from './closed-error.ts';
import { checkClient, checkUri, createClient } from './client/create-client.ts';
import { describeManager, type ManagerSummary, type ManagerStats, statsOf } from './stats.ts';
import { closeWithin } from '../driver/client/close-client.ts';
import { asDriverClient } from './client/driver-views.ts';
import { forwardEvents, type ManagerEvents } from './events.ts';
import { healthOf, type ManagerHealth } from './health.ts';
import { noteManager } from './client/second-manager.ts';
import { openShared, rememberShared } from './client/shared-managers.ts';
import { withSession } from './with-session.ts';
import type { WithTxnOptions } from './options/txn-options.ts';
import type { TxnCallback } from './transaction/txn.ts';
import { type TxnHost, withTxn } from './transaction/with-txn.ts';

const brand = brandOf('manager');

/**
 * One persistent `MongoClient` whose sessions are never used after their end.
 * @example
 * ```ts
 * import { ConnectionManager } from 'session-guard';
 *
 * const mongo = new ConnectionManager(process.env.MONGODB_URI);
 * const orders = mongo.db().collection('orders');
 * await mongo.withTxn(async session => {
 *   await orders.insertOne({ sku: 'tea' }, { session });
 * });
 * await mongo.close();
 * ```
 */
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
    const given = typeof uri === 'object' && uri !== null ? checkClient(uri, call) : undefined;
    checkManagerOptions(options, call, given === undefined ? 'is to be made' : 'exists');
    const configured = configureRules(rules, options.rules, call);
    this.#client = given ?? createClient(checkUri(uri, call), options);
    const plan = { rules: configured, settings: settingsOf(options), ...outletsOf(options) };
    this.#guarded = guardClient(asDriverClient(this.#client), plan);
    this.#host = {
      client: this.#client,
      guard: this.#guarded.guard,
      turns: this.#guarded.guard.turns,
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
   * Guards an existing client, connected or not: a `MongoClient`, or the client of mongoose (of its default connection) or of a
   * mongoose connection, if it has one. Findings then name your own line for operations of this copy of mongoose.
   * @throws SessionGuardError for anything that has no `MongoClient`, and for options that cannot work
   * @example
   * ```ts
   * import { MongoClient } from 'mongodb';
   * import { ConnectionManager } from 'session-guard';
   *
   * const client = new MongoClient(uri);
   * const mongo = ConnectionManager.adopt(client);
   * await mongo.close();
   * ```
   */
  static adopt(
    client: MongoClient | MongooseConnection | MongooseInstance,
    options: GuardOptions = {},
  ): ConnectionManager {
    const call = 'ConnectionManager.adopt';
    const found = checkClient(client, call);
    checkManagerOptions(options, call, 'exists');
    configureRules(rules, options.rules, call);
    return new ConnectionManager(found, options);
  }

  /**
   * One manager per process and connection string, for serverless functions and hot reload: created by the first call, and
   * again after it was closed. Later calls get the same manager; if their options differ, these are not used, and a warning
   * (`SESSION_GUARD_SHARED_OPTIONS`) names them.
   * @throws SessionGuardError for a connection string or an option that cannot work, at every call
   * @example
   * ```ts
   * import { ConnectionManager } from 'session-guard';
   *
   * // In each call of a serverless function: the same manager.
   * const mongo = ConnectionManager.shared(process.env.MONGODB_URI);
   * console.log(mongo === ConnectionManager.shared(process.env.MONGODB_URI)); // → true
   * await mongo.close();
   * ```
   */
  static shared(uri: string | undefined, options: ConnectionManagerOptions = {}): ConnectionManager {
    const call = 'ConnectionManager.shared';
    const known = checkUri(uri, call);
    checkManagerOptions(options, call);
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

  /** Connects; concurrent calls connect once. After a failed connect, the next use tries again. */
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

  /**
   * Runs `fn` with a session that ends when every operation begun with it has settled.
   * @example
   * ```ts
   * await mongo.withSession(async session => {
   *   await orders.updateOne({ _id: 'order-1' }, { $set: { status: 'sent' } }, { session });
   *   const order = await orders.findOne({ _id: 'order-1' }, { session });
   *   console.log(order?.status); // → sent
   * });
   * ```
   */
  withSession<T>(fn: (session: ClientSession) => Promise<T>, options?: ClientSessionOptions): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    return withSession(this.#client, this.#guarded.guard, fn, options);
  }

  /**
   * Runs `fn` in a transaction: retried as the specification says, drained, committed. See `docs/transactions.md`.
   * @example
   * ```ts
   * const left = await mongo.withTxn(
   *   async (session, txn) => {
   *     await orders.insertOne({ _id: 'order-20', sku: 'tea' }, { session });
   *     txn.afterCommit(() => console.log('order-20 was placed'));
   *     const item = await stock.findOneAndUpdate(
   *       { _id: 'tea' },
   *       { $inc: { left: -1 } },
   *       { session, returnDocument: 'after' },
   *     );
   *     return item?.left;
   *   },
   *   { timeoutMS: 30_000 },
   * ); // → order-20 was placed
   * console.log(left); // → 9
   * ```
   */
  withTxn<T>(fn: TxnCallback<T>, options?: WithTxnOptions): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    return withTxn(this.#host, fn, options);
  }

  /** Counts since the client was guarded, and what is under way now. It sends nothing. */
  stats(): ManagerStats {
    return statsOf(this.#guarded.guard, asDriverClient(this.#client));
  }

  /**
   * For the probes of a platform: whether the process is live, and ready for new work. It asks the server (`ping`).
   * @param options.timeoutMS how long the server may take to answer, in milliseconds, more than 0; 1000 by default
   */
  health(options: { readonly timeoutMS?: number | undefined } = {}): Promise<ManagerHealth> {
    return healthOf(this.#client, this.#closed, checkHealthOptions(options));
  }

  /**
   * Refuses new calls of `withTxn` and `withSession`, waits for running work, then closes the client. Work that still runs after
   * the grace is cut off and reported (`client-closed-in-use`).
   * @param options.graceMS how long to wait, in milliseconds; by default `closeGraceMS`
   */
  async close(options: { readonly graceMS?: number | undefined } = {}): Promise<void> {
    const graceMS = checkCloseOptions(options);
    this.#closed = true;
    await closeWithin(asDriverClient(this.#client), graceMS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The form in which a manager is printed and written as JSON: without credentials. */
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
