import type { Broken } from './broken.ts';
import { wrapped } from './wrapped.ts';

export const brokenRotations: readonly Broken[] = [
  {
    how: 'its rotate leaves the old session as it is',
    fails: [
      'Rotation in one step: the session goes on under',
      'Rotation in one step: during destroy of the old id',
    ],
    make: inner =>
      wrapped(inner, {
        async rotate({ to }, call) {
          const inserted = await inner.insert(to, call);
          return inserted.outcome === 'created'
            ? { outcome: 'rotated', header: inserted.header }
            : { outcome: 'ended' };
        },
      }),
  },
  {
    how: 'its aliases look like sessions',
    fails: ['Rotation in steps: an old id does not read a session that has ended'],
    make: inner =>
      wrapped(inner, {
        write: (key, change, call) =>
          inner.write(
            key,
            { ...change, endsInMS: undefined, idleMS: change.endsInMS ?? change.idleMS },
            call,
          ),
      }),
  },
  {
    how: 'its remove does not name the successor of a session',
    fails: ['Rotation in steps: during destroy of the old id', 'an end of the old id during the grace'],
    make: inner =>
      wrapped(inner, {
        async remove(key, which, call) {
          const removed = await inner.remove(key, which, call);
          return removed && { ...removed, header: { ...removed.header, successor: undefined } };
        },
      }),
  },
  {
    how: 'its remove takes away what leads to another session before that one',
    fails: ['A remove unless rotated'],
    make: inner => wrapped(inner, { remove: (key, _, call) => inner.remove(key, 'always', call) }),
  },
  {
    how: 'it writes a session that was rotated',
    fails: ['Random writes', 'during the grace the old id reads'],
    make: inner =>
      wrapped(inner, {
        async write(key, change, call) {
          const written = await inner.write(key, change, call);
          if (written.outcome !== 'rotated' || change.successor) return written;
          const { version, successor } = written.header;
          await inner.write(key, { ...change, ifVersion: version, successor: null }, call);
          return inner.write(key, { ...change, ifVersion: undefined, successor }, call);
        },
      }),
  },
];
