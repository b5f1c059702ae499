// @ts-check
import { randomUUID } from 'node:crypto';
import { cookieSession } from './session-data.mjs';

/**
 * The part of express-session's Store that is measured.
 *
 * @typedef {object} ExpressStore
 * @property {(sid: string, done: (error: unknown, session?: any) => void) => unknown} get
 * @property {(sid: string, session: any, done: (error?: unknown) => void) => unknown} set
 * @property {(sid: string, session: any, done: (error?: unknown) => void) => unknown} touch
 * @property {(sid: string, done: (error?: unknown) => void) => unknown} destroy
 */

/**
 * A store of express-session, used as express-session uses it.
 *
 * @param {ExpressStore} store
 * @returns {import('./measure.mjs').Side}
 */
export function peer(store) {
  return {
    async create(bytes) {
      const id = randomUUID();
      await called(done => store.set(id, cookieSession(bytes), done));
      return id;
    },
    async read(id) {
      const session = await called(done => store.get(id, done));
      await called(done => store.touch(id, session, done));
    },
    /** A session is loaded, changed in one field and saved: a request that writes, without the load. */
    async write(id, bytes, count) {
      await called(done =>
        store.set(id, { ...cookieSession(bytes), csrf: `changed-${count}`, seen: count }, done),
      );
    },
    async destroy(id) {
      await called(done => store.destroy(id, done));
    },
  };
}

/**
 * The same store under @fastify/session, which saves the session after each request (`rolling` is on by default).
 *
 * @param {ExpressStore} store
 * @returns {import('./measure.mjs').Side}
 */
export function peerUnderFastify(store) {
  return {
    ...peer(store),
    async read(id) {
      const session = await called(done => store.get(id, done));
      await called(done => store.set(id, session, done));
    },
  };
}

/**
 * @param {(done: (error: unknown, value?: any) => void) => unknown} call
 * @returns {Promise<any>}
 */
function called(call) {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
}
