// @ts-check
import { sessionStore } from 'session-guard/store';
import { dataOf } from './session-data.mjs';

const keys = {
  tag: ['a secret for benchmarks of 32 bytes'],
  data: [{ id: 'k1', key: 'another one for benchmarks, 32 bytes' }],
};

/**
 * @param {import('session-guard/store').SessionBackend} backend
 * @param {Partial<import('session-guard/store').SessionStoreOptions>} options
 * @returns {import('./measure.mjs').Side}
 */
export function ours(backend, options) {
  const sessions = sessionStore(backend, { keys, ...options });
  /** @type {Map<string, import('session-guard/store').Live<Record<string, unknown>>>} */
  const live = new Map();
  /** A request writes the session as it was read, or written, last. */
  const write = async (/** @type {string} */ id, /** @type {Record<string, unknown>} */ changed) => {
    const session = live.get(id) ?? (await sessions.get(id));
    const saved = session && (await sessions.patch(session, changed));
    if (saved === null || 'ended' in saved) throw new Error('A session is gone.');
    live.set(id, saved);
  };
  let users = 0;
  return {
    async beforeCreate() {
      users += 1;
      return sessions.beginLogIn(`user-${users}`);
    },
    async create(bytes, login) {
      const session = await sessions.create(dataOf(bytes), { user: login.user, login });
      live.set(session.id, session);
      return session.id;
    },
    async read(id) {
      if ((await sessions.get(id)) === null) throw new Error('A session is gone.');
    },
    write: (id, bytes, count) => write(id, { ...dataOf(bytes), csrf: `changed-${count}`, seen: count }),
    writeField: (id, count) => write(id, { seen: count }),
    async destroy(id) {
      await sessions.destroy(id);
      live.delete(id);
    },
  };
}
