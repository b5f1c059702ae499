// @ts-check
import { findMongod } from './mongod-binary.mjs';
import { mongodVersion } from './mongod-version.mjs';

/** The options that both kinds of server have. */
export async function binaryOptions() {
  const systemBinary = await findMongod();
  // mongodb-memory-server warns when the binary is not of the version it expects: so expect that one.
  return { systemBinary, version: await mongodVersion(systemBinary) };
}

/** In its own process group: the Ctrl-C of a terminal ends only the application, which then still finds its server. */
export const SPAWN = { detached: true };

export const STORAGE_ENGINE = /** @type {const} */ ('wiredTiger');

/** On a busy machine a mongod takes longer than the ten seconds that it is given by default. */
export const LAUNCH_LIMIT_MS = 90_000;

const PARAMETERS = {
  /** Fail points. */
  enableTestCommands: '1',
  transactionLifetimeLimitSeconds: '60',
  /** Its own statistics, which nobody reads here. */
  diagnosticDataCollectionEnabled: 'false',
};

/**
 * @param {readonly string[]} args  the caller's, which win over the defaults
 * @returns {string[]}
 */
export function serverArgs(args) {
  const given = new Set(args.map(arg => arg.split('=')[0]));
  const ours = Object.entries(PARAMETERS).filter(([name]) => !given.has(name));
  const parameters = ours.flatMap(([name, value]) => ['--setParameter', `${name}=${value}`]);
  // A socket file would stay behind after a kill.
  const socket = process.platform === 'win32' ? [] : ['--nounixsocket'];
  return [...socket, ...parameters, ...args];
}
