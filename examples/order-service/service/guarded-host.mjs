// @ts-check
import { once } from 'node:events';
import { ConnectionManager, scope } from 'session-guard';

/**
 * The same with session-guard in between.
 *
 * @param {import('./types.d.ts').HostOptions} options
 * @param {import('session-guard').ConnectionManagerOptions & { inject?: boolean }} guard
 * @returns {import('./types.d.ts').Host}
 */
export function guardedHost({ uri, dbName }, { inject = false, ...options }) {
  const manager = new ConnectionManager(uri, { ...options, console: false });
  return {
    client: manager.client,
    db: manager.db(dbName),
    startSession: () => manager.startSession(),
    withTxn: fn => manager.withTxn(fn, { inject }),
    middleware: (_req, res, next) => {
      void scope(async () => {
        next();
        await once(res, 'close');
      });
    },
  };
}
