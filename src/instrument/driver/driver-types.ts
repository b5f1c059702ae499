/**
 * The parts of the driver's objects that are used here, over all versions from 6.0 to 7.8. Where the driver's own types
 * are private or differ between versions, these say what was found in its compiled files.
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
  readonly s?: { readonly operationCount?: number };
  readonly pool?: DriverPool;
}

export interface DriverTopology {
  isConnected(): boolean;
  /** Null where the servers have no sessions, or have not said yet. */
  readonly logicalSessionTimeoutMinutes?: number | null;
  readonly description: {
    readonly type: string;
    readonly servers: ReadonlyMap<string, DriverServerDescription>;
  };
  readonly s?: {
    readonly servers?: ReadonlyMap<string, DriverServer>;
  };
}

/** An open cursor of the driver. `id` is undefined until the first batch has arrived. */
export interface DriverCursor {
  readonly id?: DriverLong | undefined;
  readonly session?: DriverSession | null;
  readonly cursorOptions?: { readonly tailable?: boolean };
  readonly pipeline?: readonly Readonly<Record<string, unknown>>[];
  /** What the user has called `find` and `aggregate` with. */
  readonly namespace?: DriverNamespace | null;
  readonly findOptions?: object;
  readonly aggregateOptions?: object;
}

export interface TransactionOptions {
  readonly writeConcern?: { readonly w?: number | string } | null;
  readonly readPreference?: unknown;
}

export interface DriverSession {
  readonly client: DriverClient;
  readonly hasEnded: boolean;
  /** False for the sessions that the driver makes for itself. */
  readonly explicit?: boolean;
  /** A symbol for an operation, the cursor itself for a cursor. */
  readonly owner?: symbol | DriverCursor;
  readonly transaction: {
    readonly options?: { readonly readPreference?: unknown };
    readonly state?: string;
  };
  /** The time that its next read must come after. */
  readonly operationTime?: object | undefined;
  readonly defaultTransactionOptions?: TransactionOptions;
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

/** The connections to one server; numbers as the driver counts them. */
export interface DriverPool {
  readonly options: { readonly maxPoolSize?: number };
  readonly server?: { readonly topology?: { readonly client?: DriverClient } };
  readonly currentCheckedOutCount: number;
  readonly pendingConnectionCount: number;
  readonly waitQueueSize: number;
  on(event: 'connectionClosed', listener: (event: { readonly reason?: string }) => void): unknown;
  on(event: 'connectionCreated', listener: () => void): unknown;
}

export interface DriverClient {
  topology?: DriverTopology | undefined;
  readonly connectionLock?: Promise<unknown> | undefined;
  readonly options?: DriverClientOptions;
  readonly s: { readonly hasBeenClosed: boolean; readonly activeSessions: ReadonlySet<DriverSession> };
  startSession(options?: object): DriverSession;
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
  };
  readConcern?: object | undefined;
  writeConcern?: { readonly w?: number | string } | undefined;
  /** Set where the server is asked to explain the command, and not to run it. */
  readonly explain?: unknown;
  /** What the command of a findAndModify begins with (before 6.11). */
  readonly cmdBase?: { writeConcern?: unknown };
  /** Some operations have their collection here, and only its database in `ns`. */
  readonly collection?: { readonly namespace?: string };
  readonly ns?: DriverNamespace;
  /** The collection to be made or dropped. */
  readonly name?: unknown;
  readonly commandName?: string;
  /** True for commit and abort alone. */
  readonly bypassPinningCheck?: boolean;
  readonly server?: unknown;
  readonly cursorId?: DriverLong;
  /** Older operations run themselves; those that are commands do it through `executeCommand`. */
  readonly canRetryWrite?: boolean;
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

export type ErrorClass = new (message: string) => Error;

/** `require`, with what the files of the driver export. */
export interface DriverModules {
  (file: './mongo_client.js'): { readonly MongoClient: DriverClass };
  (file: './sessions.js'): { readonly ClientSession: DriverClass };
  (file: './operations/execute_operation.js'): { executeOperation: ExecuteOperation };
  (file: './cursor/abstract_cursor.js'): { readonly AbstractCursor: DriverClass };
  (file: './bulk/common.js'): { readonly BulkOperationBase: DriverClass };
  (file: './operations/kill_cursors.js'): { readonly KillCursorsOperation: KillCursorsClass };
  (file: './gridfs/index.js'): { readonly GridFSBucket?: DriverClass };
  (file: './error.js'): { readonly MongoExpiredSessionError: ErrorClass };
}
