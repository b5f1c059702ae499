// @ts-check
import { join } from 'node:path';
import { ConnectionManager } from 'session-guard';
import { requestScope } from 'session-guard/express';
import { recordTrace } from 'session-guard/testing';

/**
 * The same with session-guard in between.
 *
 * @param {import('./types.d.ts').HostOptions} options
 * @param {import('session-guard').ConnectionManagerOptions & { inject?: boolean }} guard
 * @returns {import('./types.d.ts').Host}
 */
export function guardedHost({ uri, dbName }, { inject = false, ...options }) {
  const { DEMO_TRACES } = process.env;
  const endTrace =
    DEMO_TRACES === undefined ? undefined : recordTrace(join(DEMO_TRACES, `${process.pid}.ndjson`));
  const manager = new ConnectionManager(uri, { ...options, console: false });
  return {
    client: manager.client,
    db: manager.db(dbName),
    startSession: () => manager.startSession(),
    withTxn: fn => manager.withTxn(fn, { inject }),
    middleware: requestScope(),
    close: async () => {
      await manager.client.close();
      await endTrace?.();
    },
  };
}
