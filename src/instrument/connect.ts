import { guardOf } from '../guard/shared-state.ts';
import type { DriverCopy } from './driver-copies.ts';
import type { DriverClient } from './driver-types.ts';
import { replaceMethod } from './replace-method.ts';

type Connect = (this: DriverClient) => Promise<unknown>;

/**
 * After a failed connect the driver keeps the closed topology, and every later operation fails on that without trying again.
 * A protected client forgets it, so that the next use connects anew.
 */
export function observeConnect(copy: DriverCopy): void {
  replaceMethod<Connect>(copy.MongoClient.prototype, 'connect', original => {
    return async function connect() {
      try {
        return await original.call(this);
      } catch (error) {
        if (guardOf(this).settings.protect && this.topology?.isConnected() === false)
          this.topology = undefined;
        throw error;
      }
    };
  });
}
