import { processWide } from '../../../platform/process-wide.ts';
import { type ClientGuard, type Counters, newCounters } from '../client/client-guard.ts';

/** A client that is in memory, and what counts for it. */
interface Observed {
  readonly client: WeakRef<object>;
  readonly guard: WeakRef<ClientGuard>;
  readonly counters: Counters;
}

interface Clients {
  readonly observed: Set<Observed>;
  /** Of clients that are not in memory any more. */
  readonly past: Counters;
  readonly gone: FinalizationRegistry<Observed>;
}

/** Keeps no client in memory. */
const clients = processWide('observed clients', (): Clients => {
  const observed = new Set<Observed>();
  const past = newCounters();
  const gone = new FinalizationRegistry<Observed>(one => {
    observed.delete(one);
    addTo(past, one.counters);
  });
  return { observed, past, gone };
});

/** A client has got a guard; the second time, because it was adopted, another one. */
export function noteObserved(client: object, guard: ClientGuard): void {
  const one: Observed = {
    client: new WeakRef(client),
    guard: new WeakRef(guard),
    counters: guard.counters,
  };
  clients.observed.add(one);
  clients.gone.register(client, one);
}

/** What all clients of the process have counted, also those that are gone. */
export function countersOfAll(): Counters {
  const sum = { ...clients.past };
  for (const { counters } of clients.observed) addTo(sum, counters);
  return sum;
}

/** The clients that are in memory, each with its guard; an adopted client also with the one that it had before. */
export function* observedClients(): Generator<{ readonly client: object; readonly guard: ClientGuard }> {
  for (const one of clients.observed) {
    const client = one.client.deref();
    const guard = one.guard.deref();
    if (client !== undefined && guard !== undefined) yield { client, guard };
  }
}

function addTo(sum: Counters, counters: Counters): void {
  sum.sessionsStarted += counters.sessionsStarted;
  sum.sessionsEnded += counters.sessionsEnded;
  sum.transactionsCommitted += counters.transactionsCommitted;
  sum.transactionsAborted += counters.transactionsAborted;
  sum.transactionsRetried += counters.transactionsRetried;
  sum.networkErrorsLabelled += counters.networkErrorsLabelled;
}
