import type { Call } from '../../backend/backend.ts';

/** A command as it goes over the wire; clients keep it as it is. */
export type Command = string[];

/** What is used of a client. Answers are strings, lists of them, and null. */
export interface RedisPort {
  /** Whether the keys of one command have to be of one tag. */
  readonly isCluster: boolean;

  /**
   * Undefined if a command can be sent at once. A client that is connecting for the first time is waited for.
   * @throws StoreUnavailableError if it has no connection, instead of a wait in its queue
   */
  ready(call: Call): Promise<void> | undefined;

  /**
   * Stands for the connection that a command goes over: another one when it may have been sent twice. Left out where that cannot
   * be told.
   */
  connection?(): unknown;

  /** @param key by which a cluster finds the server */
  send(key: string, command: Command, call: Call): Promise<unknown>;

  /** Over one connection, one after the other. An answer may be an error. */
  sendTogether(key: string, commands: readonly Command[], call: Call): Promise<readonly unknown[]>;

  /** To each server that takes writes. */
  sendToAll(command: Command, call: Call): Promise<readonly unknown[]>;
}
