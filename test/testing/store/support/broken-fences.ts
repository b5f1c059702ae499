import type { SessionBackend } from '../../../../src/store/index.ts';
import type { Broken } from './broken.ts';
import { aWhile, wrapped } from './wrapped.ts';

export const brokenFences: readonly Broken[] = [
  {
    how: 'it lets everything in',
    fails: [
      'An insert of an older epoch is refused',
      'A log-in that began before destroyAll',
      'a log-in by it during',
    ],
    make: inner => wrapped(inner, { insert: (session, call) => unfenced(inner, session, call) }),
  },
  {
    how: 'it reads the fence before it inserts, and not after',
    fails: [
      'Inserts of an older epoch during endAll',
      'A create during destroyAll, whose log-in began before',
    ],
    make: inner =>
      wrapped(inner, {
        async insert(session, call) {
          const { fence } = await inner.readFence(session.tag, call);
          if (fence && fence.epoch !== session.epoch) return { outcome: 'fenced', fence };
          await aWhile();
          return unfenced(inner, session, call);
        },
      }),
  },
  {
    how: 'it sweeps without a fence',
    fails: ['The fence that endAll raises', 'Inserts of an older epoch during endAll'],
    make: inner =>
      wrapped(inner, {
        async endAll(tag, user, { except }, call) {
          const { headers } = await inner.list(tag, call);
          const own = headers.filter(header => header.user === user && header.handle !== except);
          await Promise.all(own.map(header => inner.remove(header, 'always', call)));
          return own;
        },
      }),
  },
  {
    how: 'it ends all sessions of a tag',
    fails: ['endAll removes the sessions of one user', 'destroyAll leaves the session whose handle'],
    make: inner =>
      wrapped(inner, {
        async endAll(tag, user, fence, call) {
          const { headers } = await inner.list(tag, call);
          await Promise.all(headers.map(header => inner.remove(header, 'always', call)));
          await inner.endAll(tag, user, fence, call);
          return headers;
        },
      }),
  },
];

/** With the epoch that the fence asks for, whatever that is. */
async function unfenced(inner: SessionBackend, ...[session, call]: Parameters<SessionBackend['insert']>) {
  for (;;) {
    const { fence } = await inner.readFence(session.tag, call);
    const epoch = fence?.epoch ?? session.epoch;
    const inserted = await inner.insert({ ...session, epoch }, call);
    if (inserted.outcome !== 'fenced') return inserted;
  }
}
