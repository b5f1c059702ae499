import type { Call } from '../../backend/backend.ts';
import { StoreUnavailableError } from '../../errors.ts';

/** A command as it is sent; clients do not change it. */
export type Command = string[];

/** The used parts of a client. Answers are strings, lists of strings, and null. */
export interface RedisPort {
  /** True if all keys of one command must have the same user key. */
  readonly isCluster: boolean;

  /** The client itself puts this text before each key of a command, but not before other arguments. */
  readonly keyPrefix?: string | undefined;

  /**
   * Undefined if a command can be sent at once. It waits for a client that is connecting for the first time.
   * @throws StoreUnavailableError if the client has no connection, instead of waiting in its queue
   */
  ready(call: Call): Promise<void> | undefined;

  /**
   * Identifies the connection of a command: it changes when a command may have been sent twice. Left out if this is not known.
   */
  connection?(): unknown;

  /** @param key the key by which a cluster finds the server */
  send(key: string, command: Command, call: Call): Promise<unknown>;

  /** Sends commands over one connection, one after another. An answer may be an error. */
  sendTogether(key: string, commands: readonly Command[], call: Call): Promise<readonly unknown[]>;

  /** Sends the command to each server that accepts writes. */
  sendToAll(command: Command, call: Call): Promise<readonly unknown[]>;
}

/** The client that waits for `connect()`. */
export function neverConnected(): Error {
  return new StoreUnavailableError(
    'The Redis client is not connected, so nothing was sent. Call its connect() when the program starts, and do not close it while sessions are used.',
    { outcome: 'not done' },
  );
}

export function noConnection(cause?: unknown): Error {
  return new StoreUnavailableError(
    'The Redis client has no connection at the moment, so nothing was sent. It connects again by itself; check whether the server runs and can be reached.',
    { cause, outcome: 'not done' },
  );
}
