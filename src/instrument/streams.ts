import { liveOf } from './attach.ts';
import { noteStream } from './cursors.ts';
import type { DriverFiles } from './driver-copies.ts';
import type { DriverCursor } from './driver-types.ts';
import { replaceMethod } from './replace-method.ts';

type Stream = (this: DriverCursor, ...args: unknown[]) => unknown;

/** A stream reads ahead of its reader, who cannot await that: its fetches are told apart from those of the cursor's own. */
export function observeStreams(files: DriverFiles): void {
  replaceMethod<Stream>(files.AbstractCursor.prototype, 'stream', original => {
    return function stream(...args) {
      const { session } = this;
      const live = session?.explicit === true ? liveOf(session) : undefined;
      if (live !== undefined) noteStream(live, this);
      return original.apply(this, args);
    };
  });
}
