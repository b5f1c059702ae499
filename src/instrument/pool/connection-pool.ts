import { follow } from '../../guard/follow.ts';
import { observationFailed } from '../../guard/failures.ts';
import { guardOf } from '../../guard/shared-state.ts';
import { type ClientLife, knownLife } from '../client/client-life.ts';
import { publishUse } from '../client/client-use.ts';
import type { DriverClient, DriverPool } from '../driver/driver-types.ts';
import { type Waiting, waitFor } from './pool-waits.ts';
import { replaceMethod } from '../driver/replace-method.ts';

/** Up to 6.3 with a callback, and nothing returned. */
type CheckOut = (this: DriverPool, ...args: unknown[]) => unknown;

type Callback = (error: unknown, ...rest: unknown[]) => void;

interface Owner {
  readonly client: DriverClient;
  readonly life: ClientLife;
}

/** The client of each pool that was there when it connected. */
const owners = new WeakMap<DriverPool, Owner>();

/** A server that comes later has a pool that was not seen: since 6.6 or so that has a way to its client. */
function ownerOf(pool: DriverPool): Owner | undefined {
  const known = owners.get(pool);
  const client = pool.server?.topology?.client;
  if (known !== undefined || client === undefined) return known;
  const life = knownLife(client);
  if (life === undefined) return undefined;
  observePoolsOf(client, life);
  return owners.get(pool);
}

const observed = Symbol.for('session-guard.observed-pool');

/** The pools of a client that has connected. Their class is reached from them, so that a bundled driver has it too. */
export function observePoolsOf(client: DriverClient, life: ClientLife): void {
  for (const { pool } of client.topology?.s?.servers?.values() ?? []) {
    if (pool === undefined || owners.has(pool)) continue;
    owners.set(pool, { client, life });
    observeClass(pool);
    if ((life.config?.maxIdleTimeMS ?? 0) > 0) watchReopening(pool, client, life);
  }
}

function observeClass(pool: DriverPool): void {
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

/** True if all connections that the pool may have are in use, or promised to those who wait already. */
function mustWait(pool: DriverPool): boolean {
  const { maxPoolSize = 0 } = pool.options;
  const taken = pool.waitQueueSize + pool.currentCheckedOutCount + pool.pendingConnectionCount;
  return maxPoolSize > 0 && taken >= maxPoolSize;
}

function begin(pool: DriverPool, below: CheckOut): Waiting | undefined {
  try {
    const owner = ownerOf(pool);
    // What a closing client sends waits behind what it cuts off.
    if (owner?.life.config === undefined || guardOf(owner.client).phase !== 'open') return undefined;
    return waitFor(pool, owner.client, owner.life, below);
  } catch (bug) {
    observationFailed(bug);
    return undefined;
  }
}

/** Nobody but the driver sees this promise. */
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

/** A first one may be the end of a quiet night; the second says that connections come and go. */
const closedForIdleness = 2;

/** Only for a client with a maxIdleTimeMS; the pool is the driver's own emitter, not the user's client. */
function watchReopening(pool: DriverPool, client: DriverClient, life: ClientLife): void {
  let closed = 0;
  let told = false;
  pool.on('connectionClosed', ({ reason }) => {
    if (reason === 'idle') closed += 1;
  });
  pool.on('connectionCreated', () => {
    if (told || closed < closedForIdleness) return;
    told = true;
    publishUse(client, life, 'reopened connection');
  });
}
