import type { SessionBackend, SessionRecord } from '../../../../src/store/index.ts';
import { aSession } from '../../../../src/testing/store/support/samples.ts';
import type { Broken } from './broken.ts';
import { wrapped } from './wrapped.ts';

export const brokenWrites: readonly Broken[] = [
  {
    how: 'its writes revive what is gone',
    fails: [
      'A write of a session that does not exist',
      'A patch during destroy leaves',
      'An update during destroyAll',
    ],
    make: inner =>
      wrapped(inner, {
        async write(key, change, call) {
          const written = await inner.write(key, change, call);
          if (written.outcome !== 'ended') return written;
          await inner.remove(key, 'always', call);
          const { userKey, hash } = key;
          const again = await inner.insert(aSession({ userKey, hash, fields: change.set }), call);
          return again.outcome === 'created'
            ? { outcome: 'written', header: again.header, fields: change.set }
            : written;
        },
      }),
  },
  {
    how: 'its refresh revives what is over',
    fails: ['A read, refresh or write of the back end after the end'],
    make: inner =>
      wrapped(inner, {
        async refresh(key, call) {
          const [found] = await inner.read([key], call);
          if (!found || found instanceof Error) return undefined;
          await inner.remove(key, 'always', call);
          const { userKey, hash, user, idleMS, fields, handle } = found.record;
          const again = await inner.insert(aSession({ userKey, hash, user, idleMS, fields, handle }), call);
          return again.outcome === 'created' ? again.header : undefined;
        },
      }),
  },
  {
    how: 'its refresh moves nothing',
    fails: [
      'Random refreshes',
      'A read moves an expiry',
      'A session that is used at random times',
      'A visitor who comes',
    ],
    make: inner =>
      wrapped(inner, {
        async refresh(key, call) {
          const [found] = await inner.read([key], call);
          return found && !(found instanceof Error) ? found.record : undefined;
        },
      }),
  },
  {
    how: 'its writes move no expiry',
    fails: [
      'Random writes',
      'A patch, an update and a rotation move',
      'A session that is used at random times',
    ],
    make: inner =>
      wrapped(inner, {
        write: (key, change, call) =>
          inner.write(key, { ...change, endsInMS: change.endsInMS ?? 1e12 }, call),
      }),
  },
  {
    how: 'its writes do not heed the version',
    fails: [
      '200 increments',
      'Of many writes from one version',
      'For one field the last write wins',
      'during a patch',
    ],
    make: inner =>
      wrapped(inner, {
        write: (key, change, call) => inner.write(key, { ...change, ifVersion: undefined }, call),
      }),
  },
  {
    how: 'its writes forget that somebody has proven who they are',
    fails: ['Random writes', 'confirmAuthentication sets the time', 'A write that gives a session its user'],
    make: inner =>
      wrapped(inner, {
        write: (key, change, call) => inner.write(key, { ...change, authenticated: false }, call),
      }),
  },
  {
    how: 'its writes put back all fields as they were read',
    fails: ['Fields that parallel requests set', 'A patch answers'],
    make: wholeSessions,
  },
  {
    how: 'its inserts take over what is there',
    fails: ['An insert does not change an existing session'],
    make: inner =>
      wrapped(inner, {
        async insert(session, call) {
          await inner.remove(session, 'always', call);
          return inner.insert(session, call);
        },
      }),
  },
  {
    how: 'it cannot keep a field that is called __proto__',
    fails: ['Fields of any name', 'Random writes'],
    make: inner =>
      wrapped(inner, {
        insert: (session, call) =>
          inner.insert({ ...session, fields: new Map(Object.entries(plain(session.fields))) }, call),
      }),
  },
];

function plain(fields: ReadonlyMap<string, string>): Record<string, string> {
  const object: Record<string, string> = {};
  for (const [name, text] of fields) object[name] = text;
  return object;
}

/** What most stores do: read all, change, write all. */
function wholeSessions(inner: SessionBackend): SessionBackend {
  const seen = new Map<string, SessionRecord>();
  return wrapped(inner, {
    async read(keys, call) {
      const found = await inner.read(keys, call);
      for (const one of found) if (one && 'record' in one) seen.set(one.record.hash, one.record);
      return found;
    },
    write(key, change, call) {
      const set = new Map([...(seen.get(key.hash)?.fields ?? []), ...change.set]);
      for (const name of change.unset) set.delete(name);
      return inner.write(key, { ...change, set, replace: true, knownVersion: undefined }, call);
    },
  });
}
