import { follow } from '../../guard/follow.ts';
import { observationFailed } from '../../guard/failures.ts';
import { guardOf } from '../../guard/shared-state.ts';
import { isUnderTest } from '../../guard/test-runner.ts';
import { withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import { configOf } from './client-config.ts';
import { kinOf } from './client-kin.ts';
import { type ClientLife, lifeOf } from './client-life.ts';
import { arm, tellEarlyUses } from './client-use.ts';
import { observePoolsOf } from '../pool/connection-pool.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverClient } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';

type Connect = (this: DriverClient, ...args: unknown[]) => Promise<unknown>;

/**
 * After a failed connect the driver keeps the closed topology, and every later operation fails on that without trying again.
 * A protected client forgets it, so that the next use connects anew.
 */
export function observeConnect(copy: DriverCopy): void {
  replaceMethod<Connect>(copy.MongoClient.prototype, 'connect', original => {
    return function connect(...args) {
      contain(() => tellConnecting(this, connect));
      const promise = withRoom(() => original.apply(this, args));
      // Nothing is left to be told: the driver answers at once, and its own promise is as good.
      if (this.topology?.isConnected() === true && isTold(this, lifeOf(this, connect))) return promise;
      return follow(
        promise,
        () => contain(() => tellConnected(this, lifeOf(this, connect))),
        error => {
          const { protect } = guardOf(this).settings;
          if (protect && this.topology?.isConnected() === false) this.topology = undefined;
          return withoutOwnFrames(error);
        },
      );
    };
  });
}

/** A client that was connected when it came under a guard of its own. */
export function catchUp(client: DriverClient, below: (...args: never[]) => unknown): void {
  contain(() => {
    const life = lifeOf(client, below);
    arm(client, life);
    if (client.topology?.isConnected() !== true) return;
    tellConnecting(client, below);
    life.topology = undefined;
    tellConnected(client, life);
  });
}

function tellConnecting(client: DriverClient, below: (...args: never[]) => unknown): void {
  const life = lifeOf(client, below);
  arm(client, life);
  if (life.announced) return;
  life.announced = true;
  const { site, scopes, madeAtMS } = life;
  guardOf(client).publish({
    type: 'client.connecting',
    kin: kinOf(client),
    config: (life.config ??= configOf(client)),
    underTest: isUnderTest(),
    madeAtMS,
    site,
    scopes,
  });
}

/** Several callers may have waited for the same connect. */
function tellConnected(client: DriverClient, life: ClientLife): void {
  const { topology } = client;
  if (topology === undefined || isTold(client, life)) return;
  life.topology = new WeakRef(topology);
  const sessionTimeoutMinutes = topology.logicalSessionTimeoutMinutes ?? undefined;
  guardOf(client).publish({ type: 'client.connected', sessionTimeoutMinutes });
  observePoolsOf(client, life);
  tellEarlyUses(client, life);
}

function isTold({ topology }: DriverClient, life: ClientLife): boolean {
  return topology !== undefined && life.topology?.deref() === topology;
}

/** An application must connect whatever the guard makes of it. */
function contain(tell: () => void): void {
  try {
    tell();
  } catch (bug) {
    observationFailed(bug);
  }
}
