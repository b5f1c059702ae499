import { safely } from '../../../platform/failures.ts';
import type { RetryLabel } from '../../events/events.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import type { DriverFiles } from '../copies/driver-copies.ts';
import type {
  DriverClass,
  DriverClient,
  DriverServer,
  DriverSession,
  ErrorClass,
} from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';

/** The options with which the driver sends a command; `willRetryWrite` is set for a write with its own transaction number. */
interface CommandOptions {
  readonly session?: DriverSession | null;
  readonly willRetryWrite?: boolean;
}

type Command = Readonly<Record<string, unknown>>;

type Decorate = (
  this: DriverServer,
  connection: unknown,
  command: Command,
  options: CommandOptions | undefined,
  error: unknown,
) => unknown;

type Handle = (this: DriverServer, error: unknown, connection?: unknown) => void;

interface Labelled {
  hasErrorLabel(label: string): boolean;
  addErrorLabel(label: string): void;
}

/**
 * When a server fails, the first network error clears the pool. `Server#decorateCommandError` (`lib/sdam/server.js`)
 * returns early for a connection of an older generation, so that every other call in flight gets a network error without
 * labels, and neither `withTransaction` nor a retryable write is tried again. The specifications require the labels:
 * "any network error" of a command in a transaction (transactions), and of a retryable write (retryable writes).
 *
 * Drivers before 6.4 have no such method: their errors stay as they are.
 */
export function patchNetworkErrors(files: DriverFiles): void {
  const { Server } = files;
  if (Server === undefined) return;
  patchUnsent(files, Server);
  replaceMethod<Decorate>(Server.prototype, 'decorateCommandError', original => {
    return function decorateCommandError(connection, command, options, error) {
      const client = this.topology?.client;
      const labelled = isClosing(this) ? error : asNetworkError(files, client, error);
      const decorated = original.call(this, connection, command, options, labelled);
      if (!isClosing(this))
        label(files, client, decorated, () => labelOf(command, options), options?.session);
      return decorated;
    };
  });
}

/**
 * The same for a connection that could not be opened: the command was not sent. Here the operation is not known; if it is not a
 * retryable write, the label changes nothing.
 */
function patchUnsent(files: DriverFiles, { prototype }: DriverClass): void {
  replaceMethod<Handle>(prototype, 'handleError', original => {
    return function handleError(error, connection) {
      original.call(this, error, connection);
      const client = this.topology?.client;
      if (connection !== undefined || client?.options?.retryWrites === false || isClosing(this)) return;
      label(files, client, error, () => 'RetryableWriteError');
    };
  });
}

/**
 * The same for an operation of a transaction that got no connection, because the pool was cleared while it waited for one: the
 * driver adds no labels to this error.
 */
export function labelInTransaction(files: DriverFiles, client: DriverClient, error: unknown): void {
  label(files, client, error, () => 'TransientTransactionError');
}

/**
 * A connection that breaks while a command waits for its socket to drain gives the bare error of the socket
 * (`Connection#writeCommand`, `lib/cmap/connection.js`): for the driver's loops that is not an error of MongoDB at all.
 */
function asNetworkError(
  { MongoNetworkError }: DriverFiles,
  client: DriverClient | undefined,
  error: unknown,
): unknown {
  if (
    client === undefined ||
    error instanceof MongoNetworkError ||
    !isSocketError(error) ||
    !guardOf(client).settings.protect
  )
    return error;
  return new MongoNetworkError(error.message, { cause: error });
}

/** Node's messages about a write to a connection that is broken, or was ended by the server. */
const broken =
  /^(?:E(?:PIPE|CONNRESET|CONNABORTED|TIMEDOUT|NETDOWN|NETRESET|NETUNREACH|HOSTUNREACH|NOTCONN)|ERR_STREAM_(?:DESTROYED|WRITE_AFTER_END)|ERR_SOCKET_CLOSED)$/;

function isSocketError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && broken.test(String(error.code));
}

function labelOf(command: Command, options: CommandOptions | undefined): RetryLabel | undefined {
  const { session, willRetryWrite } = options ?? {};
  if (isEnding(command)) return 'RetryableWriteError';
  if (session?.inTransaction() === true) return 'TransientTransactionError';
  // Only then the command has a transaction number, by which the server recognises a second attempt.
  return willRetryWrite === true ? 'RetryableWriteError' : undefined;
}

function isEnding(command: Command): boolean {
  return Boolean(command['commitTransaction'] ?? command['abortTransaction']);
}

/** Publishes that a network error lacks its label, and adds the label unless the client is only observed. */
function label(
  { MongoNetworkError }: DriverFiles,
  client: DriverClient | undefined,
  error: unknown,
  wanted: () => RetryLabel | undefined,
  session?: DriverSession | null,
): void {
  if (client === undefined || !isNetworkError(error, MongoNetworkError)) return;
  safely(() => {
    const missing = wanted();
    if (missing === undefined || error.hasErrorLabel(missing)) return;
    const guard = guardOf(client);
    if (guard.phase === 'closing' || client.topology === undefined) return;
    const added = guard.settings.protect;
    if (added) {
      error.addErrorLabel(missing);
      if (session != null) giveUpServer(session, missing);
      guard.counters.networkErrorsLabelled += 1;
    }
    guard.publish({ type: 'network.unlabelled', label: missing, added });
  });
}

/** True if the client was closed, which cuts its connections: then nothing must be tried again. */
function isClosing({ s }: DriverServer): boolean {
  return s?.state === 'closing' || s?.state === 'closed';
}

/** The other things that the driver does with a session after a network error. */
function giveUpServer(session: DriverSession, missing: RetryLabel): void {
  if (!session.hasEnded && session.serverSession != null) session.serverSession.isDirty = true;
  if (session.isPinned === true && missing === 'TransientTransactionError') session.unpin?.({ force: true });
}

function isNetworkError(error: unknown, MongoNetworkError: ErrorClass): error is Error & Labelled {
  return error instanceof MongoNetworkError && 'hasErrorLabel' in error && 'addErrorLabel' in error;
}
