import { invalidArgument } from '../../../errors/errors.ts';
import type { Call } from '../../backend/backend.ts';
import { type Command, neverConnected, noConnection, type RedisPort } from './redis-port.ts';

/** The used options of a command. */
interface CommandOptions {
  readonly abortSignal?: AbortSignal;
  readonly timeout?: number | undefined;
  readonly typeMapping?: object;
}

interface Multi {
  sendCommand(args: string[]): unknown;
  execAsPipeline(): Promise<unknown>;
}

/** `createClient` or `createClientPool` of `redis`. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  sendCommand(args: string[], options?: CommandOptions): Promise<unknown>;
  withTypeMapping(typeMapping: object): unknown;
  multi(): unknown;
}

/** `createCluster` of `redis`. */
export interface NodeRedisCluster {
  readonly isOpen: boolean;
  readonly masters: readonly unknown[];
  nodeClient(node: never): unknown;
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
    options?: CommandOptions,
  ): Promise<unknown>;
  withTypeMapping(typeMapping: object): unknown;
  multi(routing?: string): unknown;
}

/** `createSentinel` of `redis`. */
export interface NodeRedisSentinel {
  readonly isOpen: boolean;
  getSentinelNode(): unknown;
  sendCommand(isReadonly: boolean | undefined, args: string[], options?: CommandOptions): Promise<unknown>;
  withTypeMapping(typeMapping: object): unknown;
  multi(): unknown;
}

/** A sent command is never sent again when a connection breaks. */
const onlyOnce = {};

/** The type `%` of RESP 3: a map. */
const map = 37;

/** Strings, and a list of names and values for a hash, whatever the client's settings are. */
const typeMapping = { [map]: Array };

/** The store's deadline is enough: the client's own time limit would be a second timer for every command. */
function optionsOf({ signal }: Call): CommandOptions {
  return { abortSignal: signal, timeout: undefined, typeMapping };
}

/** A pool does not show the state of its connections. */
function readyOf(client: { readonly isOpen: boolean; readonly isReady?: boolean }): undefined {
  if (client.isReady === true) return undefined;
  if (!client.isOpen) throw neverConnected();
  if (client.isReady === false) throw noConnection();
  return undefined;
}

export function nodeRedisPort(client: NodeRedisClient): RedisPort {
  refuseReplicas((client as { options?: { readonly?: boolean } }).options?.readonly === true, 'readonly');
  return {
    isCluster: false,
    ready: () => readyOf(client),
    connection: () => onlyOnce,
    send: (_key, command, call) => client.sendCommand(command, optionsOf(call)),
    sendTogether: (_key, commands) => together(multiOf(client), commands),
    sendToAll: async (command, call) => [await client.sendCommand(command, optionsOf(call))],
  };
}

interface ClusterOptions {
  readonly useReplicas?: boolean;
  readonly defaults?: { readonly readonly?: boolean };
}

export function nodeRedisClusterPort(cluster: NodeRedisCluster): RedisPort {
  const { _options: options } = cluster as { _options?: ClusterOptions };
  refuseReplicas(options?.useReplicas === true, 'useReplicas');
  refuseReplicas(options?.defaults?.readonly === true, 'readonly');
  return {
    isCluster: true,
    ready: () => readyOf(cluster),
    connection: () => onlyOnce,
    send: (key, command, call) => cluster.sendCommand(key, false, command, optionsOf(call)),
    sendTogether: (key, commands) => together(multiOf(cluster, key), commands),
    sendToAll: (command, call) =>
      Promise.all(cluster.masters.map(node => sendToNode(cluster, node, command, call))),
  };
}

/** Commands that are not marked as read-only go to the master, even if the client has connections to replicas. */
export function nodeRedisSentinelPort(sentinel: NodeRedisSentinel): RedisPort {
  return {
    isCluster: false,
    ready: () => readyOf(sentinel),
    send: (_key, command, call) => sentinel.sendCommand(false, command, optionsOf(call)),
    sendTogether: (_key, commands) => together(multiOf(sentinel), commands),
    sendToAll: async (command, call) => [await sentinel.sendCommand(false, command, optionsOf(call))],
  };
}

async function sendToNode(
  cluster: NodeRedisCluster,
  node: unknown,
  command: Command,
  call: Call,
): Promise<unknown> {
  const client = (await cluster.nodeClient(node as never)) as NodeRedisClient;
  return client.sendCommand(command, optionsOf(call));
}

/** With the answer types of this file, not those of the client. */
function multiOf(client: NodeRedisClient | NodeRedisCluster | NodeRedisSentinel, key?: string): Multi {
  const typed = client.withTypeMapping(typeMapping) as { multi(key?: string): unknown };
  return typed.multi(key) as Multi;
}

async function together(multi: Multi, commands: readonly Command[]): Promise<readonly unknown[]> {
  for (const command of commands) multi.sendCommand(command);
  try {
    return (await multi.execAsPipeline()) as readonly unknown[];
  } catch (error) {
    // If one command of a pipeline fails, the error has all answers.
    const { replies } = error as { replies?: unknown };
    if (Array.isArray(replies)) return replies;
    throw error;
  }
}

function refuseReplicas(reads: boolean, option: string): void {
  if (reads)
    throw invalidArgument(
      `The Redis client reads from replicas (its option ${option}), which may still have sessions that have ended. Give the session store a client without it.`,
    );
}
