/**
 * The parts of the driver's objects that are used here, for all versions from 6.0 to 7.8. If the driver's own types are private
 * or differ between versions, these types describe its compiled files.
 */

export interface DriverNamespace {
  readonly db: string;
  readonly collection?: string;
  toString(): string;
}

/** `Long` of bson. */
export interface DriverLong {
  isZero(): boolean;
  toString(): string;
}

export interface DriverServerDescription {
  readonly type: string;
}

export interface DriverServer {
  readonly s?: { readonly operationCount?: number; readonly state?: string };
  readonly pool?: DriverPool;
  readonly topology?: { readonly client?: DriverClient };
}

export interface DriverTopology {
  isConnected(): boolean;
  /** Null if the servers have no sessions, or it is not known yet. */
  readonly logicalSessionTimeoutMinutes?: number | null;
  readonly description: {
    readonly type: string;
    readonly servers: ReadonlyMap<string, DriverServerDescription>;
  };
  readonly s?: {
    readonly servers?: ReadonlyMap<string, DriverServer>;
    /** A frozen copy of the client's. */
    options?: object;
  };
}

/** An open cursor of the driver. `id` is undefined until the first batch has arrived. */
export interface DriverCursor {
  readonly id?: DriverLong | undefined;
  /** Its reader has closed it, or has read it to its end. */
  readonly closed?: boolean;
  readonly client?: DriverClient;
  readonly session?: DriverSession | null;
  /** Where it was opened. */
  readonly server?: unknown;
  readonly cursorOptions?: { readonly tailable?: boolean };
  readonly pipeline?: readonly Readonly<Record<string, unknown>>[];
  readonly namespace?: DriverNamespace | null;
  /** The options of the user's `find`, from 6.8 on. */
  readonly findOptions?: object;
  readonly aggregateOptions?: object;
}

export interface TransactionOptions {
  readonly writeConcern?: { readonly w?: number | string } | null;
  readonly readPreference?: unknown;
}

/** What the driver knows of the time limit of a call, from 6.11 on. */
export interface TimeoutContext {
  /** The call has a `timeoutMS`. */
  csotEnabled?(): boolean;
}

export interface DriverSession {
  readonly client: DriverClient;
  readonly hasEnded: boolean;
  readonly serverSession?: { isDirty?: boolean } | null;
  readonly isPinned?: boolean;
  unpin?(options: { readonly force: boolean }): void;
  /** False for the sessions that the driver makes for itself. */
  readonly explicit?: boolean;
  /** A symbol for an operation, the cursor itself for a cursor. */
  readonly owner?: symbol | DriverCursor;
  readonly transaction: {
    readonly options?: { readonly readPreference?: unknown };
    readonly state?: string;
  };
  /** The operation time after which its next read must be. */
  readonly operationTime?: object | undefined;
  readonly defaultTransactionOptions?: TransactionOptions;
  /** That of the transaction that runs. */
  readonly timeoutContext?: TimeoutContext | null;
  readonly clientOptions?: TransactionOptions;
  inTransaction(): boolean;
  endSession?(): Promise<void>;
  once(event: 'ended', listener: () => void): unknown;
}

export interface DriverHost {
  readonly host?: string;
}

/** Some of them; the driver fills in its defaults. */
export interface DriverClientOptions {
  readonly [name: string]: unknown;
  readonly retryWrites?: boolean;
  readonly timeoutMS?: number;
  readonly hosts?: readonly DriverHost[];
  readonly srvHost?: string;
}

export interface DriverConnection {
  /** It emits its commands. */
  monitorCommands?: boolean;
  /** Why it was closed; the operation that uses it is rejected with this error. */
  readonly error?: unknown;
}

/** The connections to one server; numbers as the driver counts them. */
export interface DriverPool {
  /** Frozen. */
  options: { readonly maxPoolSize?: number };
  /** Those that are open and not in use; those in use. */
  readonly connections?: Iterable<DriverConnection>;
  readonly checkedOut?: Iterable<DriverConnection>;
  readonly server?: { readonly topology?: { readonly client?: DriverClient } };
  readonly currentCheckedOutCount: number;
  readonly pendingConnectionCount: number;
  readonly availableConnectionCount: number;
  readonly waitQueueSize: number;
  on(event: 'connectionClosed', listener: (event: { readonly reason?: string }) => void): unknown;
  on(event: 'connectionCreated', listener: () => void): unknown;
}

/** The members of an open cursor that the driver uses when it closes a client. */
export interface Closing extends DriverCursor {
  close(): Promise<void>;
}

export interface DriverClient {
  /** Connections that are opened later emit their commands. */
  monitorCommands?: boolean;
  topology?: DriverTopology | undefined;
  readonly connectionLock?: Promise<unknown> | undefined;
  readonly options?: DriverClientOptions;
  readonly s: {
    readonly hasBeenClosed: boolean;
    readonly activeSessions: ReadonlySet<DriverSession>;
    /** The resources that are closed with the client. */
    readonly activeCursors?: Set<Closing>;
    /** Sessions of the server that wait for their next use. */
    readonly sessionPool?: { readonly sessions?: { clear?(): void } } | undefined;
  };
  startSession(options?: object): DriverSession;
  close(...args: unknown[]): Promise<void>;
}

export interface DriverOperation {
  session?: DriverSession | null | undefined;
  readPreference?: { equals?(other: unknown): boolean } | undefined;
  options?: {
    readonly session?: unknown;
    readonly tailable?: boolean;
    readonly signal?: AbortSignal;
    readonly readConcern?: unknown;
    readonly writeConcern?: unknown;
    readonly readPreference?: unknown;
    readonly maxTimeMS?: number;
    readonly timeoutMS?: number;
    /** The driver has given the write a transaction number. */
    readonly willRetryWrite?: boolean;
  };
  readConcern?: object | undefined;
  writeConcern?: { readonly w?: number | string } | undefined;
  /** Set if the server only explains the command. */
  readonly explain?: unknown;
  /** The first part of the command of a findAndModify (up to 6.18). */
  readonly cmdBase?: { writeConcern?: unknown };
  /** Some operations have their collection here, and only its database in `ns`. */
  readonly collection?: { readonly namespace?: string };
  readonly ns?: DriverNamespace;
  /** Of the indexes that are listed. */
  readonly collectionNamespace?: DriverNamespace;
  /** Of the documents that are counted. */
  readonly collectionName?: string;
  /** The collection to be made or dropped. */
  readonly name?: unknown;
  readonly commandName?: string;
  /** True only for commit and abort. */
  readonly bypassPinningCheck?: boolean;
  readonly server?: unknown;
  readonly cursorId?: DriverLong;
  /** Up to 6.18 operations run themselves; those that are commands do it through `executeCommand`. */
  readonly canRetryWrite?: boolean;
  readonly canRetryRead?: boolean;
  /** How often the driver's loop has sent it; drivers without `maxAttempts` do not count. */
  readonly attemptsMade?: number;
  readonly execute?: unknown;
  readonly executeCommand?: unknown;
  readonly command?: Readonly<Record<string, unknown>>;
  /** The collection of an aggregation; 1 for one of a database. */
  readonly target?: unknown;
  readonly pipeline?: readonly Readonly<Record<string, unknown>>[];
  /** Of updates and deletions: each with its filter, `q`. */
  readonly statements?: unknown;
  /** The filter of a findAndModify. */
  readonly query?: unknown;
  /** That of a find. */
  readonly filter?: unknown;
}

export type ExecuteOperation = (
  client: DriverClient,
  operation: DriverOperation,
  ...rest: unknown[]
) => unknown;

/** A class of the driver, as far as its prototype is patched. */
export interface DriverClass {
  readonly prototype: object;
}

export type KillCursorsClass = new (
  id: DriverLong,
  ns: DriverNamespace,
  server: unknown,
  options: { readonly session: DriverSession },
) => DriverOperation;

export type ErrorClass = new (message: string, options?: { readonly cause?: Error }) => Error;

/** `require`, with what the files of the driver export. */
export interface DriverModules {
  (file: './mongo_client.js'): { readonly MongoClient: DriverClass };
  (file: './sessions.js'): { readonly ClientSession: DriverClass };
  (file: './operations/execute_operation.js'): { executeOperation: ExecuteOperation };
  (file: './cursor/abstract_cursor.js'): { readonly AbstractCursor: DriverClass };
  (file: './bulk/common.js'): { readonly BulkOperationBase: DriverClass };
  (file: './operations/kill_cursors.js'): { readonly KillCursorsOperation: KillCursorsClass };
  (file: './sdam/server.js'): { readonly Server?: DriverClass };
  (file: './operations/operation.js'): { readonly AbstractOperation?: DriverClass };
  (file: './gridfs/index.js'): { readonly GridFSBucket?: DriverClass };
  (
    file: './error.js',
  ): {
    readonly MongoExpiredSessionError: ErrorClass;
    readonly MongoNotConnectedError: ErrorClass;
    readonly MongoNetworkError: ErrorClass;
  };
}
