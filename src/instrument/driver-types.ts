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

export interface DriverTopology {
  isConnected(): boolean;
  readonly description: {
    readonly type: string;
    readonly servers: ReadonlyMap<string, DriverServerDescription>;
  };
  readonly s?: {
    readonly servers?: ReadonlyMap<string, { readonly s?: { readonly operationCount?: number } }>;
  };
}

/** An open cursor of the driver. `id` is undefined until the first batch has arrived. */
export interface DriverCursor {
  readonly id?: DriverLong | undefined;
  readonly session?: DriverSession | null;
  readonly cursorOptions?: { readonly tailable?: boolean };
  readonly pipeline?: readonly Readonly<Record<string, unknown>>[];
}

export interface DriverSession {
  readonly client: DriverClient;
  readonly hasEnded: boolean;
  /** False for the sessions that the driver makes for itself. */
  readonly explicit?: boolean;
  /** A symbol for an operation, the cursor itself for a cursor. */
  readonly owner?: symbol | DriverCursor;
  readonly transaction: { readonly options?: { readonly readPreference?: unknown } };
  inTransaction(): boolean;
  endSession?(): Promise<void>;
  once(event: 'ended', listener: () => void): unknown;
}

export interface DriverClient {
  topology?: DriverTopology | undefined;
  readonly connectionLock?: Promise<unknown> | undefined;
  readonly options?: { readonly retryWrites?: boolean };
  readonly s: { readonly hasBeenClosed: boolean; readonly activeSessions: ReadonlySet<DriverSession> };
  startSession(options?: object): DriverSession;
}

export interface DriverOperation {
  session?: DriverSession | null | undefined;
  readPreference?: { equals?(other: unknown): boolean } | undefined;
  readonly options?: {
    readonly session?: unknown;
    readonly tailable?: boolean;
    readonly signal?: AbortSignal;
  };
  readonly ns?: DriverNamespace;
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
  readonly pipeline?: readonly Readonly<Record<string, unknown>>[];
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
  (file: './operations/execute_operation.js'): { executeOperation: ExecuteOperation };
  (file: './cursor/abstract_cursor.js'): { readonly AbstractCursor: DriverClass };
  (file: './bulk/common.js'): { readonly BulkOperationBase: DriverClass };
  (file: './operations/kill_cursors.js'): { readonly KillCursorsOperation: KillCursorsClass };
  (file: './error.js'): { readonly MongoExpiredSessionError: ErrorClass };
}
