import { setTimeout } from 'node:timers/promises';
import type { Call } from '../../backend/backend.ts';
import { StoreUnavailableError } from '../../errors.ts';
import type { RedisSettings } from '../options.ts';
import type { Command, RedisPort } from '../port/redis-port.ts';
import { isApart, says } from './commands.ts';

/** Writes that wait for the replicas. `WAIT` covers the writes of its own connection, so both commands are sent together. */
export class Replication {
  readonly #port: RedisPort;
  readonly #settings: RedisSettings;

  constructor(port: RedisPort, settings: RedisSettings) {
    this.#port = port;
    this.#settings = settings;
  }

  /** @throws StoreUnavailableError with the outcome 'unknown' when too few replicas have it */
  async send(key: string, command: Command, call: Call): Promise<unknown> {
    const [reply, replicas] = await this.#sendBoth(key, command, call);
    if (reply instanceof Error) throw reply;
    if (replicas instanceof Error) throw replicas;
    if (Number(replicas) < this.#settings.replicas) throw this.#tooFew(Number(replicas));
    return reply;
  }

  async #sendBoth(key: string, command: Command, call: Call): Promise<readonly unknown[]> {
    const { replicas, replicasTimeoutMS } = this.#settings;
    const wait = ['WAIT', String(replicas), String(replicasTimeoutMS)];
    for (;;) {
      const waiting = this.#port.ready(call);
      if (waiting !== undefined) await waiting;
      const answers = await this.#port.sendTogether(key, [command, wait], call);
      const [reply] = answers;
      if (!isApart(reply) && !hasMoved(reply)) return answers;
      // The client does not redirect a pipeline to the right server: a single command lets the client learn the right server.
      if (hasMoved(reply)) await this.#port.send(key, ['EXISTS', key], call);
      await setTimeout(20, undefined, { signal: call.signal });
    }
  }

  #tooFew(replicas: number): StoreUnavailableError {
    const { replicas: wanted, replicasTimeoutMS } = this.#settings;
    return new StoreUnavailableError(
      `The write was done on the Redis master, but within ${replicasTimeoutMS} ms ${replicas} of ${wanted} replicas had it: a failover may undo it. Check whether the replicas run (INFO replication), or set durability to 'local'.`,
      { outcome: 'unknown' },
    );
  }
}

function hasMoved(reply: unknown): boolean {
  return says(reply, 'MOVED') || says(reply, 'ASK');
}
