import { follow } from '../../../platform/follow.ts';
import { observationFailed } from '../../../platform/failures.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import { isUnderTest } from '../../../platform/test-runner.ts';
import { withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import { configOf } from './client-config.ts';
import { deploymentKeyOf } from './deployment.ts';
import { type ClientLife, isConnected, lifeOf } from './client-life.ts';
import { arm, publishEarlyUses } from './client-use.ts';
import { trackers } from '../../runtime/tracking/trackers.ts';
import { meetClient } from './track-client.ts';
import { watchPoolsOf } from './connection-pool.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverClient } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import type { StackStart } from '../../stack/stack.ts';

type Connect = (this: DriverClient, ...args: unknown[]) => Promise<unknown>;

/**
 * After a failed connect the driver keeps the closed topology, and every later operation fails without another attempt. For a
 * protected client it is removed, so that the next use connects again.
 */
export function patchConnect(copy: DriverCopy): void {
  replaceMethod<Connect>(copy.MongoClient.prototype, 'connect', original => {
    return function connect(...args) {
      contain(() => publishConnecting(this, connect));
      const promise = withRoom(() => original.apply(this, args));
      // Nothing to publish: the driver answers at once, and its own promise is returned.
      if (this.topology?.isConnected() === true && isConnected(this, lifeOf(this, connect))) return promise;
      return follow(
        promise,
        () => contain(() => publishConnected(this, lifeOf(this, connect))),
        error => {
          const { protect } = guardOf(this).settings;
          if (protect && this.topology?.isConnected() === false) this.topology = undefined;
          return withoutOwnFrames(error);
        },
      );
    };
  });
}

/** For a client that was already connected when its guard was created. */
export function catchUp(client: DriverClient, below: StackStart): void {
  contain(() => {
    const life = lifeOf(client, below);
    arm(client, life);
    if (client.topology?.isConnected() !== true) return;
    publishConnecting(client, below);
    life.topology = undefined;
    publishConnected(client, life);
  });
}

function publishConnecting(client: DriverClient, below: StackStart): void {
  if (trackers.size > 0) meetClient(client);
  const life = lifeOf(client, below);
  arm(client, life);
  if (life.announced) return;
  life.announced = true;
  const { site, scopes, madeAtMS } = life;
  guardOf(client).publish({
    type: 'client.connecting',
    deploymentKey: deploymentKeyOf(client),
    config: (life.config ??= configOf(client)),
    underTest: isUnderTest(),
    madeAtMS,
    site,
    scopes,
  });
}

/** Several callers may have waited for the same connect. */
function publishConnected(client: DriverClient, life: ClientLife): void {
  const { topology } = client;
  if (topology === undefined || isConnected(client, life)) return;
  life.topology = new WeakRef(topology);
  const sessionTimeoutMinutes = topology.logicalSessionTimeoutMinutes ?? undefined;
  guardOf(client).publish({ type: 'client.connected', sessionTimeoutMinutes });
  watchPoolsOf(client, life);
  publishEarlyUses(client, life);
}

/** An application must be able to connect, also if the guard has a bug. */
function contain(observe: () => void): void {
  try {
    observe();
  } catch (bug) {
    observationFailed(bug);
  }
}
