import type { ClientGuard } from '../../runtime/client/client-guard.ts';
import type { SessionGuardError } from '../../../errors/errors.ts';
import { follow } from '../../../platform/follow.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import { captureSite } from '../../scope/site-capture.ts';
import { clock, setTimeout } from '../../../platform/time/clock.ts';
import { withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import { currentRequests } from '../../scope/lookup.ts';
import type { Site } from '../../events/events.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverClient, DriverConnection } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import { keepReadersFromEnding } from './closing-cursors.ts';
import { closeWithoutPrimary } from './without-primary.ts';
import { workInFlight } from './work-in-flight.ts';
import type { StackStart } from '../../stack/stack.ts';

type Close = (this: DriverClient, ...args: unknown[]) => Promise<void>;

/** How often a closing client checks whether its work is done, in milliseconds. */
const lookEveryMS = 3;

/** In the global registry, because the manager and the patched driver may belong to two copies of this package. */
const graceKey: unique symbol = Symbol.for('session-guard.grace@1');

/** @param graceMS how long to wait for work; undefined: as long as the settings say */
export function closeWithin(client: DriverClient, graceMS: number | undefined): Promise<void> {
  return graceMS === undefined ? client.close() : client.close({ [graceKey]: graceMS });
}

/** The grace of a call, and its arguments without our option. With `close(true)` the caller asks not to wait. */
function takeGrace(given: unknown[]): {
  readonly graceMS: number | undefined;
  readonly args: unknown[];
} {
  const [first] = given;
  if (typeof first !== 'object' || first === null || !(graceKey in first))
    return { graceMS: first === true ? 0 : undefined, args: given };
  const graceMS = first[graceKey];
  return { graceMS: typeof graceMS === 'number' ? graceMS : undefined, args: given.slice(1) };
}

export function patchClose(copy: DriverCopy): void {
  replaceMethod<Close>(copy.MongoClient.prototype, 'close', original => {
    return function close(...given) {
      const { graceMS, args } = takeGrace(given);
      const guard = guardOf(this);
      if (!this.s.hasBeenClosed) guard.closeSite = captureSite(close);
      const finish = () => withCleanErrors(this, () => original.apply(this, args));
      if (this.topology === undefined && this.connectionLock === undefined) return finish();
      if (!guard.settings.protect)
        return guard.phase === 'open' ? closeAtOnce(this, guard, close, finish) : finish();
      // A second call waits for the first and does not overtake it.
      guard.closeUnderWay ??= closeOnce(this, guard, graceMS, close, () => {
        keepReadersFromEnding(copy, this);
        return finish();
      });
      return guard.closeUnderWay;
    };
  });
}

/** The driver makes the errors of the operations in flight in the same tick, while our frames are on the stack. */
function withCleanErrors({ topology }: DriverClient, close: () => Promise<void>): Promise<void> {
  const inUse: DriverConnection[] = [];
  for (const { pool } of topology?.s?.servers?.values() ?? []) inUse.push(...(pool?.checkedOut ?? []));
  const closed = close();
  for (const connection of inUse) withoutOwnFrames(connection.error);
  return closed;
}

/** The driver closes the client in the same call, as it does without the guard. */
function closeAtOnce(
  client: DriverClient,
  guard: ClientGuard,
  below: StackStart,
  close: () => Promise<void>,
): Promise<void> {
  const { site, refusal } = announce(client, guard, below);
  const start = clock.now();
  guard.phase = 'closing';
  const closed = follow(
    withRoom(close),
    () => {
      guard.phase = 'open';
      guard.publish({ type: 'client.closed', cutOff: [], afterMS: clock.now() - start, site });
    },
    error => {
      guard.phase = 'open';
      return withoutOwnFrames(error);
    },
  );
  return refusal === undefined ? closed : closed.then(() => Promise.reject(refusal));
}

function announce(
  client: DriverClient,
  guard: ClientGuard,
  below: StackStart,
): { readonly site: Site; readonly refusal: SessionGuardError | undefined } {
  const site = captureSite(below);
  guard.closeSite = site;
  const work = workInFlight(client, guard);
  const refusal = guard.publishAndAsk({ type: 'client.closing', work, site, scopes: currentRequests() });
  return { site, refusal };
}

/** The phases of a close, also of one that fails. */
async function closeOnce(
  client: DriverClient,
  guard: ClientGuard,
  graceMS: number | undefined,
  below: StackStart,
  close: () => Promise<void>,
): Promise<void> {
  guard.phase = 'draining';
  try {
    await closeInPhases(client, guard, graceMS, below, close);
  } finally {
    guard.phase = 'open';
    guard.closeUnderWay = undefined;
  }
}

async function closeInPhases(
  client: DriverClient,
  guard: ClientGuard,
  graceMS: number | undefined,
  below: StackStart,
  close: () => Promise<void>,
): Promise<void> {
  const { site, refusal } = announce(client, guard, below);
  const start = clock.now();
  const cutOff = await waitForWork(client, guard, graceMS ?? guard.settings.closeGraceMS, start);
  guard.phase = 'closing';
  await closeWithoutPrimary(client, close);
  guard.publish({ type: 'client.closed', cutOff, afterMS: clock.now() - start, site });
  if (refusal !== undefined) throw refusal;
}

/** @returns what is still running when the grace is over */
async function waitForWork(
  client: DriverClient,
  guard: ClientGuard,
  graceMS: number,
  start: number,
): Promise<readonly string[]> {
  let quiet = false;
  for (;;) {
    await client.connectionLock?.then(undefined, () => undefined);
    const { operations, callbacks } = workInFlight(client, guard);
    if (operations.length === 0 && callbacks === 0 && quiet) return [];
    // Operations begun in this tick are not visible yet: look once more in the next tick before calling the client idle.
    quiet = operations.length === 0 && callbacks === 0;
    if (clock.now() - start >= graceMS) return cutOffOf(operations, callbacks);
    await pause(quiet ? 0 : lookEveryMS);
  }
}

function cutOffOf(operations: readonly string[], callbacks: number): readonly string[] {
  if (callbacks === 0) return operations;
  return [...operations, callbacks === 1 ? 'a running callback' : `${callbacks} running callbacks`];
}

function pause(forMS: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, forMS));
}
