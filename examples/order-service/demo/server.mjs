// @ts-check
import { constants } from 'node:os';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';
import { tidyNow } from './tidy.mjs';

/**
 * Runs `fn` with a replica set: the one of MONGODB_URI, or a new one, which is always stopped at the end.
 *
 * @template T
 * @param {(uri: string) => Promise<T>} fn
 * @returns {Promise<T>}
 */
export async function withServer(fn) {
  const given = process.env['MONGODB_URI'];
  const starting = given ? undefined : startReplicaSet();
  const stop = async () => {
    const server = await starting;
    await server?.stop();
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => void interrupt(signal, stop));
  }
  try {
    return await fn((await starting)?.uri ?? given ?? '');
  } finally {
    await stop();
  }
}

/**
 * @param {'SIGINT' | 'SIGTERM' | 'SIGHUP'} signal
 * @param {() => Promise<void>} stop
 */
async function interrupt(signal, stop) {
  try {
    await tidyNow();
    await stop();
  } finally {
    process.exit(128 + constants.signals[signal]);
  }
}
