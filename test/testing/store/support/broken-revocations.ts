import type { SessionBackend } from '../../../../src/store/index.ts';
import type { Broken } from './broken.ts';
import { aWhile, wrapped } from './wrapped.ts';

export const brokenRevocations: readonly Broken[] = [
  {
    how: 'it lets everything in',
    fails: [
      'An insert of an older epoch is refused',
      'A log-in that began before destroyAll',
      'a log-in by it during',
    ],
    make: inner => wrapped(inner, { insert: (session, call) => unrevoked(inner, session, call) }),
  },
  {
    how: 'it reads the revocation mark before it inserts, and not after',
    fails: [
      'Inserts of an older epoch during endAll',
      'A create during destroyAll, whose log-in began before',
    ],
    make: inner =>
      wrapped(inner, {
        async insert(session, call) {
          const { mark } = await inner.readRevocationMark(session.userKey, call);
          if (mark && mark.epoch !== session.epoch) return { outcome: 'revoked', mark };
          await aWhile();
          return unrevoked(inner, session, call);
        },
      }),
  },
  {
    how: 'it sweeps without a revocation mark',
    fails: ['The revocation mark that endAll sets', 'Inserts of an older epoch during endAll'],
    make: inner =>
      wrapped(inner, {
        async endAll(userKey, user, { except }, call) {
          const { headers } = await inner.list(userKey, call);
          const own = headers.filter(header => header.user === user && header.handle !== except);
          await Promise.all(own.map(header => inner.remove(header, 'always', call)));
          return own;
        },
      }),
  },
  {
    how: 'it ends all sessions of a user key',
    fails: ['endAll removes the sessions of one user', 'destroyAll leaves the session whose handle'],
    make: inner =>
      wrapped(inner, {
        async endAll(userKey, user, mark, call) {
          const { headers } = await inner.list(userKey, call);
          await Promise.all(headers.map(header => inner.remove(header, 'always', call)));
          await inner.endAll(userKey, user, mark, call);
          return headers;
        },
      }),
  },
];

/** With the epoch that the revocation mark asks for, whatever that is. */
async function unrevoked(inner: SessionBackend, ...[session, call]: Parameters<SessionBackend['insert']>) {
  for (;;) {
    const { mark } = await inner.readRevocationMark(session.userKey, call);
    const epoch = mark?.epoch ?? session.epoch;
    const inserted = await inner.insert({ ...session, epoch }, call);
    if (inserted.outcome !== 'revoked') return inserted;
  }
}
