import { observationFailed } from '../../../platform/failures.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import { clearInterval, clock, setInterval } from '../../../platform/time/clock.ts';
import type { PoolHolders, Site } from '../../events/events.ts';
import type { ClientLife } from './client-life.ts';
import type { DriverClient, DriverPool } from '../copies/driver-types.ts';
import { holdersOf } from './pool-holders.ts';
import type { StackStart } from '../../stack/stack.ts';

/** An operation that waits for a connection. */
export interface Waiting {
  /** It does not wait any more: it has got a connection, or an error. */
  over(error: unknown): void;
}

/** How often a pool is checked while an operation waits for it, in milliseconds. */
const lookEveryMS = 25;

interface Waiter {
  readonly since: number;
  /** How long the pool was full while this operation waited, in milliseconds. */
  fullMS: number;
  /** The holders of connections when it had waited for a while. */
  holders: PoolHolders | undefined;
}

/** The operations that wait for one pool, and how long it was full for each of them. */
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
   * A pool that still opens connections is not exhausted, and neither is the pool of a process that gets no processor time: only
   * time in which the pool was found full counts.
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
  below: StackStart,
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
        publishWait(client, life, waiter, { waiting: ofPool.size, site, timedOut });
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

function publishWait(client: DriverClient, life: ClientLife, waiter: Waiter, outcome: Outcome): void {
  const { since, fullMS, holders = unknown } = waiter;
  const waitedMS = outcome.timedOut ? clock.now() - since : fullMS;
  // A pool that connects slowly is not exhausted.
  if (life.config === undefined || fullMS === 0) return;
  const { config, site: madeAt } = life;
  guardOf(client).publish({ type: 'pool.waited', waitedMS, holders, config, madeAt, ...outcome });
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return isTimeout(error.cause) || error.name === 'MongoWaitQueueTimeoutError';
}
