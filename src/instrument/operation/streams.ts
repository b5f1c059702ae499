import { callSites } from '../../guard/call-sites.ts';
import { liveOf } from '../session/attach.ts';
import { noteRewound, noteStream } from './cursors.ts';
import type { DriverFiles } from '../driver/driver-copies.ts';
import type { DriverCursor } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';

/** Those without a session of the user's, which may be given one when they are first read. */
const streamed = new WeakSet<DriverCursor>();

export function isStreamed(cursor: DriverCursor): boolean {
  return streamed.has(cursor);
}

type Stream = (this: DriverCursor, ...args: unknown[]) => unknown;

type Iterate = (this: DriverCursor) => AsyncIterator<unknown>;

/** A stream reads ahead of its reader, who cannot await that: its fetches are told apart from those of the cursor's own. */
export function observeStreams(files: DriverFiles): void {
  replaceMethod<Stream>(files.AbstractCursor.prototype, 'stream', original => {
    return function stream(...args) {
      const { session } = this;
      const live = session?.explicit === true ? liveOf(session) : undefined;
      if (live !== undefined) noteStream(live, this);
      else streamed.add(this);
      return original.apply(this, args);
    };
  });
  replaceMethod<Iterate>(files.AbstractCursor.prototype, Symbol.asyncIterator, original => {
    return function iterate() {
      const { session } = this;
      const live = session?.explicit === true ? liveOf(session) : undefined;
      if (live !== undefined && isCalledByStreams(iterate)) noteStream(live, this);
      return original.call(this);
    };
  });
}

type Rewind = (this: DriverCursor) => void;

/** Reading once more from the beginning leaves nothing open that somebody could close. */
export function observeRewind(files: DriverFiles): void {
  replaceMethod<Rewind>(files.AbstractCursor.prototype, 'rewind', original => {
    return function rewind() {
      const { session } = this;
      const live = session?.explicit === true ? liveOf(session) : undefined;
      if (live !== undefined) noteRewound(live, this);
      original.call(this);
    };
  });
}

/** `Readable.from(cursor)` and `pipeline(cursor, …)`: these read ahead, too. */
function isCalledByStreams(below: Iterate): boolean {
  const caller = callSites(below, 1)?.[0]?.getFileName() ?? '';
  return caller.startsWith('node:internal/streams/');
}
