import type { MongoClient } from 'mongodb';
import { clock } from '../../platform/time/clock.ts';
import type { BoundedLabel } from './bounded-label.ts';
import type { ConnectionState, Measures } from './measures.ts';

interface PoolEvent {
  readonly address: string;
  readonly connectionId?: number | '<monitor>';
  /** In the events of newer drivers. */
  readonly durationMS?: number;
  readonly reason?: string;
}

interface Connection {
  readonly state: ConnectionState;
  readonly since: number;
}

/** The connections of one client that its events have reported, and who waits for one. */
class Pools {
  readonly #measures: Measures;
  readonly #names: BoundedLabel;
  readonly #connections = new Map<string, Connection>();
  readonly #pending = new Map<string, number>();

  constructor(measures: Measures, names: BoundedLabel) {
    this.#measures = measures;
    this.#names = names;
  }

  /** @param state undefined for a connection that was closed. @returns its state before */
  move({ address, connectionId }: PoolEvent, state: ConnectionState | undefined): Connection | undefined {
    const key = `${address} ${String(connectionId)}`;
    const before = this.#connections.get(key);
    const pool = this.#names.of(address);
    if (before !== undefined) this.#measures.connections(pool, before.state, -1);
    if (state !== undefined) this.#measures.connections(pool, state, 1);
    if (state === undefined) this.#connections.delete(key);
    else this.#connections.set(key, { state, since: clock.now() });
    return before;
  }

  wait({ address }: PoolEvent, by: number): void {
    const now = (this.#pending.get(address) ?? 0) + by;
    // One that has begun before the events were listened to.
    if (now < 0) return;
    this.#pending.set(address, now);
    this.#measures.pending(this.#names.of(address), by);
  }

  time({ address }: PoolEvent, of: 'create' | 'wait' | 'use', durationMS: number | undefined): void {
    if (durationMS !== undefined)
      this.#measures.connectionTime(this.#names.of(address), of, durationMS / 1000);
  }

  timeout({ address }: PoolEvent): void {
    this.#measures.timeout(this.#names.of(address));
  }

  /** May be called again. */
  clear(): void {
    for (const [key, { state }] of this.#connections)
      this.#measures.connections(this.#names.of(key.slice(0, key.lastIndexOf(' '))), state, -1);
    for (const [address, count] of this.#pending)
      if (count > 0) this.#measures.pending(this.#names.of(address), -count);
    this.#connections.clear();
    this.#pending.clear();
  }
}

/**
 * Measures the pools of a client by its events. Connections that were there before are counted from their next use on.
 * @param names of the pools of all clients: servers whose addresses change must not be ever more values of a label
 * @returns a function that ends it, and takes out what is counted
 */
export function measurePools(client: MongoClient, measures: Measures, names: BoundedLabel): () => void {
  const pools = new Pools(measures, names);
  const listeners = listenersFor(pools);
  const events = Object.keys(listeners) as (keyof typeof listeners)[];
  for (const name of events) client.on(name, listeners[name]);
  // The returned function must not keep the client alive.
  const known = new WeakRef(client);
  return () => {
    for (const name of events) known.deref()?.off(name, listeners[name]);
    pools.clear();
  };
}

function listenersFor(pools: Pools) {
  return {
    connectionReady: (event: PoolEvent) => {
      pools.move(event, 'idle');
      pools.time(event, 'create', event.durationMS);
    },
    connectionClosed: (event: PoolEvent) => void pools.move(event, undefined),
    connectionCheckOutStarted: (event: PoolEvent) => pools.wait(event, 1),
    connectionCheckOutFailed: (event: PoolEvent) => {
      pools.wait(event, -1);
      if (event.reason === 'timeout') pools.timeout(event);
    },
    connectionCheckedOut: (event: PoolEvent) => {
      pools.wait(event, -1);
      pools.move(event, 'used');
      pools.time(event, 'wait', event.durationMS);
    },
    connectionCheckedIn: (event: PoolEvent) => {
      const before = pools.move(event, 'idle');
      if (before?.state === 'used') pools.time(event, 'use', clock.now() - before.since);
    },
  };
}
