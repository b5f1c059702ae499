import { setTimeout } from 'node:timers/promises';
import { invalidArgument } from '../../../errors/errors.ts';
import type { Call } from '../../backend/backend.ts';
import { type Command, neverConnected, noConnection, type RedisPort } from './redis-port.ts';

interface Pipeline {
  call(...command: string[]): unknown;
  exec(): Promise<[error: Error | null, result: unknown][] | null>;
}

/** `Redis` of `ioredis`. */
export interface IoRedisClient {
  readonly status: string;
  readonly options: object;
  connect(): Promise<void>;
  call(command: string, ...args: string[]): Promise<unknown>;
  pipeline(): unknown;
}

/** `Cluster` of `ioredis`. */
export interface IoRedisCluster extends IoRedisClient {
  readonly isCluster: boolean;
  nodes(role: 'master'): readonly unknown[];
}

interface PrefixOptions {
  readonly keyPrefix?: string;
}

interface ReplicaOptions {
  readonly readOnly?: boolean;
  readonly role?: string;
  readonly scaleReads?: unknown;
}

export function ioredisPort(client: IoRedisClient | IoRedisCluster): RedisPort {
  refuseReplicas(client.options);
  const connection = new Connection(client);
  return {
    isCluster: 'isCluster' in client && client.isCluster,
    keyPrefix: (client.options as PrefixOptions).keyPrefix,
    ready: call => connection.ready(call),
    connection: 'nodes' in client ? nodesOf(client) : () => ('stream' in client ? client.stream : undefined),
    send: (_key, command, call) => sendInTime(client, command, call),
    sendTogether: (_key, commands) => together(client.pipeline() as Pipeline, commands),
    sendToAll: command => Promise.all(mastersOf(client).map(node => sendTo(node, command))),
  };
}

/** A cluster client creates a new client for a node whose connection broke, and sends the commands in flight again. */
function nodesOf(cluster: IoRedisCluster): () => unknown {
  let last: readonly unknown[] = [];
  return () => {
    const nodes = cluster.nodes('master');
    const areSame = nodes.length === last.length && nodes.every((node, at) => node === last[at]);
    if (!areSame) last = nodes;
    return last;
  };
}

function sendTo(client: IoRedisClient, [name = '', ...args]: Command): Promise<unknown> {
  return client.call(name, ...args);
}

/** A sent command cannot be cancelled here, but nothing more is sent after the deadline. */
function sendInTime(client: IoRedisClient, command: Command, { signal }: Call): Promise<unknown> {
  return signal.aborted ? Promise.reject(signal.reason as Error) : sendTo(client, command);
}

function mastersOf(client: IoRedisClient | IoRedisCluster): readonly IoRedisClient[] {
  return 'nodes' in client ? (client.nodes('master') as readonly IoRedisClient[]) : [client];
}

async function together(pipeline: Pipeline, commands: readonly Command[]): Promise<readonly unknown[]> {
  for (const command of commands) pipeline.call(...command);
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, result]) => error ?? result);
}

const beginning: ReadonlySet<string> = new Set(['wait', 'connecting', 'connect']);

/** This client connects by itself when it is created; the store waits only for this first connection. */
class Connection {
  readonly #client: IoRedisClient;
  #hasBeenReady = false;

  constructor(client: IoRedisClient) {
    this.#client = client;
  }

  ready(call: Call): Promise<void> | undefined {
    const { status } = this.#client;
    if (status === 'ready') {
      this.#hasBeenReady = true;
      return undefined;
    }
    if (status === 'end') throw neverConnected();
    if (this.#hasBeenReady || !beginning.has(status)) throw noConnection();
    return this.#first(call);
  }

  /** Checks repeatedly: a listener would stay on the application's client. */
  async #first(call: Call): Promise<void> {
    if (this.#client.status === 'wait') await this.#connect();
    while (this.#client.status !== 'ready') {
      if (!beginning.has(this.#client.status)) throw noConnection();
      await setTimeout(5, undefined, { signal: call.signal });
    }
  }

  async #connect(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (cause) {
      throw noConnection(cause);
    }
  }
}

function refuseReplicas(options: ReplicaOptions): void {
  const { readOnly, role, scaleReads } = options;
  const option =
    readOnly === true
      ? 'readOnly'
      : role === 'slave'
        ? 'role'
        : scaleReads !== undefined && scaleReads !== 'master'
          ? 'scaleReads'
          : undefined;
  if (option !== undefined)
    throw invalidArgument(
      `The Redis client reads from replicas (its option ${option}), which may still have sessions that have ended. Give the session store a client without it.`,
    );
}
