import { setTimeout } from 'node:timers/promises';
import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import type { Call } from '../../backend/backend.ts';
import { StoreUnavailableError } from '../../errors.ts';
import { misshapen } from '../format/header.ts';
import type { Command, RedisPort } from '../port/redis-port.ts';

/** Sends commands to a connected server. */
export class Commands {
  readonly port: RedisPort;
  #isSlotted: boolean;

  constructor(port: RedisPort) {
    this.port = port;
    this.#isSlotted = port.isCluster;
  }

  /**
   * True if all keys of one command must have the same user key: with a cluster client, and with a plain client whose server is
   * in cluster mode, as behind the single address of some managed services.
   */
  get isSlotted(): boolean {
    return this.#isSlotted;
  }

  /** The server is in cluster mode, as the set-up or one of its answers has shown. */
  noteSlots(): void {
    this.#isSlotted = true;
  }

  /** @throws StoreUnavailableError at once, or later */
  send(key: string, command: Command, call: Call): Promise<unknown> {
    const waiting = this.port.ready(call);
    if (waiting === undefined) return this.port.send(key, command, call);
    return waiting.then(() => this.port.send(key, command, call));
  }

  /**
   * While a cluster moves a slot, its keys may be on two servers; then nothing is done. The command is sent again until the
   * keys are on one server, or the time is up.
   */
  sendUntilTogether(key: string, command: Command, call: Call): Promise<unknown> {
    return this.#isSlotted ? this.#repeated(key, command, call) : this.send(key, command, call);
  }

  async #repeated(key: string, command: Command, call: Call): Promise<unknown> {
    for (;;) {
      try {
        return await this.send(key, command, call);
      } catch (error) {
        if (!isApart(error)) throw error;
        await setTimeout(apartPauseMS, undefined, { signal: call.signal });
      }
    }
  }
}

const apartPauseMS = 20;

/**
 * True if the keys of one command are on two servers. ioredis itself retries this for a while, and its error then says only how
 * often.
 */
export function isApart(error: unknown): boolean {
  return says(error, 'TRYAGAIN') || says(error, 'Too many Cluster redirections');
}

export function says(error: unknown, word: string): error is Error {
  return error instanceof Error && error.message.startsWith(word);
}

/** True if a script has found a session that it cannot read. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof SessionGuardError && error.code === codes.storeUnreadable;
}

/** True if a command had keys of several slots, which a server in cluster mode refuses. */
export function isCrossSlot(error: unknown): boolean {
  return error instanceof Error && error.message.includes('CROSSSLOT');
}

/** The store's error for an error of the client. */
export function translated(error: unknown): unknown {
  if (error instanceof Error && error.message.includes('UNREADABLE')) return misshapen();
  return says(error, 'MOVED') || says(error, 'ASK') ? oneOfSeveral(error) : error;
}

/** A cluster client follows the redirection itself. */
function oneOfSeveral(cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`Nothing was done: ${isOneOfSeveral}`, { cause, outcome: 'not done' });
}

export const isOneOfSeveral =
  'the Redis server is one of a cluster, and the client knows only this one. Give redisBackend a client for clusters: createCluster() of redis, or new Cluster() of ioredis.';
