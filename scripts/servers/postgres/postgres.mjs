// @ts-check
import { chown, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder } from '../support/data-folder.mjs';
import { freePort } from '../support/free-port.mjs';
import { startProcess } from '../support/server-process.mjs';
import { initialise } from './initialise.mjs';
import { postgresFolder } from './postgres-folder.mjs';
import { serverUser } from './server-user.mjs';

/** @typedef {import('../support/server-process.mjs').ServerProcess} ServerProcess */
/** @typedef {Omit<ServerProcess, 'pause' | 'resume'> & { connectionString: string, port: number }} PostgresServer */

const HOST = '127.0.0.1';

const SETTINGS = {
  listen_addresses: HOST,
  // Nothing here has to outlive a crash of the machine.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  // Kept with the data: in the machine's shared memory it would stay behind after a kill.
  dynamic_shared_memory_type: 'mmap',
};

/**
 * A PostgreSQL server with an empty database, for every program on this machine. Each of its connections is a separate
 * process, so it cannot be frozen in one step as the other servers.
 *
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres() {
  const [programs, user, port] = await Promise.all([postgresFolder(), serverUser(), freePort()]);
  const folder = await dataFolder('postgres');
  try {
    if (user) await chown(folder, user.uid, user.gid);
    const data = await initialise(programs, folder, user);
    const {
      pause: _,
      resume: __,
      ...server
    } = await startProcess({
      name: 'PostgreSQL',
      command: join(programs, 'postgres'),
      args: ['-D', data, '-p', String(port), ...settings({ unix_socket_directories: folder })],
      folder,
      isReady: () => isReady(data),
      // Its immediate shutdown, which leaves no shared memory behind.
      stopSignal: 'SIGQUIT',
      ...(user && { user }),
    });
    return { ...server, connectionString: `postgresql://postgres@${HOST}:${port}/postgres`, port };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** @param {Record<string, string>} more */
function settings(more) {
  return Object.entries({ ...SETTINGS, ...more }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * The server says so in its own file, so that no program of a client is needed.
 *
 * @param {string} data
 */
async function isReady(data) {
  const state = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  return state.split('\n')[7]?.trim() === 'ready';
}
