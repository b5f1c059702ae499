import type { MongoClient } from 'mongodb';
import type { Registry } from 'prom-client';
import { invalidArgument } from '../../errors/errors.ts';
import { ConnectionManager } from '../../guard/manager/connection-manager.ts';
import { trackWork } from '../../guard/runtime/tracking/trackers.ts';
import { hasMethods, isObject } from '../../platform/options/checks.ts';
import { processWide } from '../../platform/process-wide.ts';
import { WorkMeter } from '../metrics/work-meter.ts';
import { PrometheusMeasures } from './prometheus-measures.ts';

/** The clients whose work goes into one registry. */
class Collection {
  #all = 0;
  readonly #clients = new Map<MongoClient, number>();
  readonly #measures: PrometheusMeasures;
  #end: (() => void) | undefined;

  constructor(registry: Registry) {
    this.#measures = new PrometheusMeasures(registry);
  }

  /** @param clients undefined for all of the process */
  add(clients: readonly MongoClient[] | undefined): () => void {
    this.#count(clients, 1);
    this.#end ??= this.#begin();
    let isOn = true;
    return () => {
      if (isOn) this.#count(clients, -1);
      isOn = false;
      if (this.#all > 0 || this.#clients.size > 0) return;
      this.#end?.();
      this.#end = undefined;
    };
  }

  #begin(): () => void {
    const meter = new WorkMeter(this.#measures, client => this.#all > 0 || this.#clients.has(client));
    const off = trackWork(meter);
    return () => {
      off();
      meter.stop();
    };
  }

  #count(clients: readonly MongoClient[] | undefined, by: number): void {
    if (clients === undefined) this.#all += by;
    for (const client of clients ?? []) {
      const count = (this.#clients.get(client) ?? 0) + by;
      if (count > 0) this.#clients.set(client, count);
      else this.#clients.delete(client);
    }
  }
}

/** Of the process: this package may be there twice, as an ES module and as CommonJS, and a registry takes a name once. */
const collections = processWide('prometheus collections', () => new WeakMap<Registry, Collection>());

/**
 * Counts and measures sessions, transactions, operations, waits, findings and pools in a registry of prom-client. Call it before
 * the first client connects. Further calls with the same registry add managers to the same metrics; no work is counted twice.
 * @param managers a manager, or several; without, all guarded clients of the process
 * @returns a function that ends it; the metrics stay in the registry, and keep their values
 * @throws SessionGuardError for anything else than a registry and managers
 * @example
 * ```ts
 * import { Registry } from 'prom-client';
 * import { collectMetrics } from 'session-guard/prometheus';
 *
 * const registry = new Registry();
 * const stop = collectMetrics(registry, mongo);
 * await mongo.withTxn(session => orders.findOne({}, { session }), { name: 'read' });
 * console.log((await registry.metrics()).includes('transaction="read",outcome="committed"')); // → true
 * stop();
 * ```
 */
export function collectMetrics(
  registry: Registry,
  managers?: ConnectionManager | readonly ConnectionManager[],
): () => void {
  if (!isObject(registry) || !hasMethods(registry, ['registerMetric', 'getSingleMetric', 'metrics']))
    throw invalidArgument('collectMetrics takes a Registry of prom-client.');
  const clients = managers === undefined ? undefined : [managers].flat().map(clientOf);
  // `registry.clear()` takes the metrics out.
  const isThere = registry.getSingleMetric('session_guard_sessions_open') !== undefined;
  const collection = (isThere ? collections.get(registry) : undefined) ?? new Collection(registry);
  collections.set(registry, collection);
  return collection.add(clients);
}

function clientOf(manager: unknown): MongoClient {
  if (manager instanceof ConnectionManager) return manager.client;
  throw invalidArgument(
    'collectMetrics takes a ConnectionManager, or an array of them, as its second argument.',
  );
}
