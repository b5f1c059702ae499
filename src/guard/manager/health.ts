import type { MongoClient } from 'mongodb';
import { clearTimeout, setTimeout } from '../../platform/time/clock.ts';
import { probeCommand } from '../driver/command/implicit-operations.ts';
import { processWide } from '../../platform/process-wide.ts';

/** The answer of `manager.health()` for the probes of a platform. */
export interface ManagerHealth {
  /** The process can go on: false when the manager was closed, and will not come back. For a liveness probe. */
  readonly live: boolean;
  /** New work can be sent to this process. For a readiness probe. */
  readonly ready: boolean;
  /** Why it is not ready: the stop of the process has begun, the manager was closed, or the server does not answer. */
  readonly reason?: 'stopping' | 'closed' | 'no answer';
}

/** Clients of a process that is stopping. */
const stopping = processWide('stopping clients', () => new WeakSet<object>());

/** From now on the manager of this client is not ready, though it works until it is closed. */
export function noteStopping(client: object): void {
  stopping.add(client);
}

export async function healthOf(
  client: MongoClient,
  closed: boolean,
  timeoutMS: number,
): Promise<ManagerHealth> {
  if (closed) return { live: false, ready: false, reason: 'closed' };
  if (stopping.has(client)) return { live: true, ready: false, reason: 'stopping' };
  if (!(await answers(client, timeoutMS))) return { live: true, ready: false, reason: 'no answer' };
  // The stop may have begun while the server was asked.
  return stopping.has(client)
    ? { live: true, ready: false, reason: 'stopping' }
    : { live: true, ready: true };
}

async function answers(client: MongoClient, withinMS: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(false), withinMS);
  });
  try {
    return await Promise.race([pingOf(client), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** The pings of a client that are not answered. */
const pending = new WeakMap<MongoClient, Set<Promise<boolean>>>();

/** So many at most: while no server can be asked, each of them waits for as long as the driver looks for one. */
const mostPings = 3;

/** @returns whether it is answered; another ping that waits already, if there are enough of them */
function pingOf(client: MongoClient): Promise<boolean> {
  const pings = pending.get(client) ?? new Set();
  pending.set(client, pings);
  const latest = [...pings].at(-1);
  if (latest !== undefined && pings.size >= mostPings) return latest;
  const answered = client
    .db('admin')
    .command(probeCommand())
    .then(
      () => true,
      () => false,
    )
    .finally(() => pings.delete(answered));
  pings.add(answered);
  return answered;
}
