import { observationFailed } from '../../guard/failures.ts';
import { guardOf } from '../../guard/shared-state.ts';
import { clearInterval, setInterval } from '../../guard/timers.ts';
import { clock } from '../../session/clock.ts';
import type { PoolHolders, Site } from '../../session/events.ts';
import type { ClientLife } from '../client/client-life.ts';
import type { DriverClient, DriverPool } from '../driver/driver-types.ts';
import { holdersOf } from './pool-holders.ts';

/** One that waits for a connection. */
export interface Waiting {
  /** It waits no more: it has got one, or an error. */
  over(error: unknown): void;
}

/** How often a pool that somebody waits for is looked at, in milliseconds. Nothing is looked at while nobody waits. */
const lookEveryMS = 25;

interface Waiter {
  readonly since: number;
  /** How long the pool has been full, of the time that this one waits. */
  fullMS: number;
  /** As they were when it had waited for a while. */
  holders: PoolHolders | undefined;
}

/** Those who wait for one pool, and how long it has been full for each of them. */
class Waits {
  readonly #pool: DriverPool;
  readonly #client: DriverClient;
  readonly #waiters = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = 0;

  constructor(pool: DriverPool, client: DriverClient) {
    this.#pool = pool;
    this.#client = client;
  }

  get size(): number {
    return this.#waiters.size;
  }

  add(): Waiter {
    this.look();
    const waiter: Waiter = { since: clock.now(), fullMS: 0, holders: undefined };
    this.#waiters.add(waiter);
    this.#timer ??= setInterval(() => this.#tick(), lookEveryMS).unref();
    return waiter;
  }

  remove(waiter: Waiter): void {
    this.look();
    this.#waiters.delete(waiter);
    if (this.#waiters.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    if (!this.look()) return;
    for (const waiter of this.#waiters) waiter.holders ??= this.holders(waiter);
  }

  holders(waiter: Waiter): PoolHolders {
    return holdersOf(this.#client, this.#pool.currentCheckedOutCount, waiter.since);
  }

  /**
   * A pool that is still opening its connections is not exhausted, and neither is one whose process has not come round to it:
   * only time in which it was seen full counts.
   * @returns whether it is full
   */
  look(): boolean {
    const now = clock.now();
    const passed = Math.min(now - this.#lookedAt, 2 * lookEveryMS);
    this.#lookedAt = now;
    const { currentCheckedOutCount, options } = this.#pool;
    if (currentCheckedOutCount < (options.maxPoolSize ?? 0)) return false;
    for (const waiter of this.#waiters) waiter.fullMS += Math.min(passed, now - waiter.since);
    return true;
  }
}

const waits = new WeakMap<DriverPool, Waits>();

export function waitFor(
  pool: DriverPool,
  client: DriverClient,
  life: ClientLife,
  below: (...args: never[]) => unknown,
): Waiting {
  const ofPool = waits.get(pool) ?? new Waits(pool, client);
  waits.set(pool, ofPool);
  const site = guardOf(client).sites.capture(below);
  const waiter = ofPool.add();
  return {
    over(error) {
      try {
        const timedOut = isTimeout(error);
        if (timedOut) waiter.holders ??= ofPool.holders(waiter);
        ofPool.remove(waiter);
        tell(client, life, waiter, { waiting: ofPool.size, site, timedOut });
      } catch (bug) {
        observationFailed(bug);
      }
    },
  };
}

interface Outcome {
  readonly waiting: number;
  readonly site: Site | undefined;
  readonly timedOut: boolean;
}

const unknown: PoolHolders = { operations: [], implicit: [], others: 0 };

function tell(client: DriverClient, life: ClientLife, waiter: Waiter, outcome: Outcome): void {
  const { since, fullMS, holders = unknown } = waiter;
  const waitedMS = outcome.timedOut ? clock.now() - since : fullMS;
  // Slow to connect is not exhausted.
  if (life.config === undefined || fullMS === 0) return;
  const { config, site: madeAt } = life;
  guardOf(client).publish({ type: 'pool.waited', waitedMS, holders, config, madeAt, ...outcome });
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return isTimeout(error.cause) || error.name === 'MongoWaitQueueTimeoutError';
}
