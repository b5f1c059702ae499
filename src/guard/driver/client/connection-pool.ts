import { follow } from '../../../platform/follow.ts';
import { observationFailed } from '../../../platform/failures.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import { type ClientLife, knownLife } from './client-life.ts';
import { publishUse } from './client-use.ts';
import type { DriverClient, DriverPool } from '../copies/driver-types.ts';
import { type Waiting, waitFor } from './pool-waits.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import type { StackStart } from '../../stack/stack.ts';

/** Up to 6.3 it takes a callback and returns nothing. */
type CheckOut = (this: DriverPool, ...args: unknown[]) => unknown;

type Callback = (error: unknown, ...rest: unknown[]) => void;

interface Owner {
  readonly client: DriverClient;
  readonly life: ClientLife;
}

/** The client of each pool that existed when the client connected. */
const owners = new WeakMap<DriverPool, Owner>();

/** A server that is added later has a pool that was not observed; from 6.13 on such a pool has a reference to its client. */
function ownerOf(pool: DriverPool): Owner | undefined {
  const known = owners.get(pool);
  const client = pool.server?.topology?.client;
  if (known !== undefined || client === undefined) return known;
  const life = knownLife(client);
  if (life === undefined) return undefined;
  watchPoolsOf(client, life);
  return owners.get(pool);
}

const observed = Symbol.for('session-guard.observed-pool');

/** The pools of a connected client. Their class is taken from an instance, because a bundled driver has no file for it. */
export function watchPoolsOf(client: DriverClient, life: ClientLife): void {
  for (const { pool } of client.topology?.s?.servers?.values() ?? []) {
    if (pool === undefined || owners.has(pool)) continue;
    owners.set(pool, { client, life });
    patchClass(pool);
    if ((life.config?.maxIdleTimeMS ?? 0) > 0) watchReopening(pool, client, life);
  }
}

function patchClass(pool: DriverPool): void {
  if (observed in pool) return;
  const prototype: object = Object.getPrototypeOf(pool);
  Object.defineProperty(prototype, observed, { value: true });
  replaceMethod<CheckOut>(prototype, 'checkOut', original => {
    return function checkOut(...args) {
      const waiting = mustWait(this) ? begin(this, checkOut) : undefined;
      if (waiting === undefined) return original.apply(this, args);
      const [callback] = args;
      if (typeof callback === 'function') return original.call(this, heard(callback as Callback, waiting));
      return settle(original.apply(this, args), waiting);
    };
  });
}

/** True if all connections that the pool may have are in use, or reserved for operations that already wait. */
function mustWait(pool: DriverPool): boolean {
  const { maxPoolSize = 0 } = pool.options;
  const taken = pool.waitQueueSize + pool.currentCheckedOutCount + pool.pendingConnectionCount;
  return maxPoolSize > 0 && taken >= maxPoolSize;
}

function begin(pool: DriverPool, below: StackStart): Waiting | undefined {
  try {
    const owner = ownerOf(pool);
    // The last commands of a closing client wait behind the operations that it cuts off.
    if (owner?.life.config === undefined || guardOf(owner.client).phase !== 'open') return undefined;
    return waitFor(pool, owner.client, owner.life, below);
  } catch (bug) {
    observationFailed(bug);
    return undefined;
  }
}

/** Only the driver gets this promise. */
function settle(connection: unknown, waiting: Waiting): Promise<unknown> {
  return follow(
    connection as Promise<unknown>,
    () => waiting.over(undefined),
    error => {
      waiting.over(error);
      return error;
    },
  );
}

function heard(callback: Callback, waiting: Waiting): Callback {
  return (error, ...rest) => {
    waiting.over(error);
    callback(error, ...rest);
  };
}

/** The first one may end a quiet night; from the second on, connections are closed and opened again all the time. */
const closedForIdleness = 2;

/** Only for a client with a maxIdleTimeMS; the pool is the driver's own emitter, not the user's client. */
function watchReopening(pool: DriverPool, client: DriverClient, life: ClientLife): void {
  let closed = 0;
  let reported = false;
  pool.on('connectionClosed', ({ reason }) => {
    if (reason === 'idle') closed += 1;
  });
  pool.on('connectionCreated', () => {
    if (reported || closed < closedForIdleness) return;
    reported = true;
    publishUse(client, life, 'reopened connection');
  });
}
