import { callSites, type StackStart } from '../../stack/stack.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import type { Site } from '../../events/events.ts';
import { liveOf } from '../session/attach.ts';
import { noteRewound, noteStream } from './cursors.ts';
import type { DriverFiles } from '../copies/driver-copies.ts';
import type { DriverCursor } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';

/** The place where a stream was made, if places are needed. */
interface Streamed {
  readonly site: Site | undefined;
}

/** Streams without a session of the user; they may get one when they are first read. */
const streamed = new WeakMap<DriverCursor, Streamed>();

export function streamOver(cursor: DriverCursor): Streamed | undefined {
  return streamed.get(cursor);
}

/** For a client that is only observed, nobody needs the place of a stream. */
function siteFor({ client }: DriverCursor, below: StackStart): Site | undefined {
  if (client == null) return undefined;
  const { settings, sites } = guardOf(client);
  return settings.protect ? sites.capture(below) : undefined;
}

type Stream = (this: DriverCursor, ...args: unknown[]) => unknown;

type Iterate = (this: DriverCursor) => AsyncIterator<unknown>;

/** A stream reads ahead of its reader, who cannot await that: its fetches are distinguished from other fetches of the cursor. */
export function patchStreams(files: DriverFiles): void {
  replaceMethod<Stream>(files.AbstractCursor.prototype, 'stream', original => {
    return function stream(...args) {
      const { session } = this;
      const live = session?.explicit === true ? liveOf(session) : undefined;
      if (live !== undefined) noteStream(live, this, live.guard.sites.capture(stream));
      else streamed.set(this, { site: siteFor(this, stream) });
      return original.apply(this, args);
    };
  });
  replaceMethod<Iterate>(files.AbstractCursor.prototype, Symbol.asyncIterator, original => {
    return function iterate() {
      const { session } = this;
      const live = session?.explicit === true ? liveOf(session) : undefined;
      if (live !== undefined && isCalledByStreams(iterate))
        noteStream(live, this, live.guard.sites.capture(iterate));
      return original.call(this);
    };
  });
}

type Rewind = (this: DriverCursor) => void;

/** When the cursor is read again from the beginning, nothing stays open that somebody could close. */
export function patchRewind(files: DriverFiles): void {
  replaceMethod<Rewind>(files.AbstractCursor.prototype, 'rewind', original => {
    return function rewind() {
      const { session } = this;
      const live = session?.explicit === true ? liveOf(session) : undefined;
      if (live !== undefined) noteRewound(live, this);
      original.call(this);
    };
  });
}

/** For `Readable.from(cursor)` and `pipeline(cursor, …)`, which also read ahead. */
function isCalledByStreams(below: StackStart): boolean {
  const caller = callSites(below, 1)?.[0]?.getFileName() ?? '';
  return caller.startsWith('node:internal/streams/');
}
