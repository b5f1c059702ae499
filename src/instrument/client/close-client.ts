import type { ClientGuard } from '../../guard/client-guard.ts';
import type { SessionGuardError } from '../../errors/errors.ts';
import { follow } from '../../guard/follow.ts';
import { guardOf } from '../../guard/shared-state.ts';
import { captureSite } from '../../guard/site-capture.ts';
import { setTimeout } from '../../guard/timers.ts';
import { withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import { currentRequests } from '../../scope/lookup.ts';
import { clock } from '../../session/clock.ts';
import type { Site } from '../../session/events.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverClient } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';
import { workInFlight } from './work-in-flight.ts';

type Close = (this: DriverClient, ...args: unknown[]) => Promise<void>;

/** How often a closing client looks whether its work is done. */
const lookEveryMS = 3;

export function observeClose(copy: DriverCopy): void {
  replaceMethod<Close>(copy.MongoClient.prototype, 'close', original => {
    return function close(...args) {
      const guard = guardOf(this);
      if (!this.s.hasBeenClosed) guard.closeSite = captureSite(close);
      const finish = () => original.apply(this, args);
      if (this.topology === undefined && this.connectionLock === undefined) return finish();
      if (!guard.settings.protect)
        return guard.phase === 'open' ? observe(this, guard, close, finish) : finish();
      // `close(true)`: the caller's word for not waiting.
      if (args[0] === true) guard.nextGraceMS = 0;
      // A second call waits for the first instead of overtaking it.
      guard.closeUnderWay ??= closeOnce(this, guard, close, finish);
      return guard.closeUnderWay;
    };
  });
}

/** The driver closes the client in the same call, as it does without us. */
function observe(
  client: DriverClient,
  guard: ClientGuard,
  below: Close,
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
  below: Close,
): { readonly site: Site; readonly refusal: SessionGuardError | undefined } {
  const site = captureSite(below);
  guard.closeSite = site;
  const work = workInFlight(client, guard);
  const refusal = guard.ask({ type: 'client.closing', work, site, scopes: currentRequests() });
  return { site, refusal };
}

/** The phases of a close, whatever becomes of it. */
async function closeOnce(
  client: DriverClient,
  guard: ClientGuard,
  below: Close,
  close: () => Promise<void>,
): Promise<void> {
  guard.phase = 'draining';
  try {
    await closeInPhases(client, guard, below, close);
  } finally {
    guard.phase = 'open';
    guard.closeUnderWay = undefined;
  }
}

async function closeInPhases(
  client: DriverClient,
  guard: ClientGuard,
  below: Close,
  close: () => Promise<void>,
): Promise<void> {
  const { site, refusal } = announce(client, guard, below);
  const start = clock.now();
  const cutOff = await waitForWork(client, guard, start);
  guard.phase = 'closing';
  await close();
  guard.publish({ type: 'client.closed', cutOff, afterMS: clock.now() - start, site });
  if (refusal !== undefined) throw refusal;
}

/** @returns what is still running when the grace is over */
async function waitForWork(
  client: DriverClient,
  guard: ClientGuard,
  start: number,
): Promise<readonly string[]> {
  const graceMS = guard.nextGraceMS ?? guard.settings.closeGraceMS;
  guard.nextGraceMS = undefined;
  let quiet = false;
  for (;;) {
    await client.connectionLock?.then(undefined, () => undefined);
    const { operations, callbacks } = workInFlight(client, guard);
    if (operations.length === 0 && callbacks === 0 && quiet) return [];
    // What was begun in this very tick is on its way to a connection, and is seen in the next.
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
