// @ts-check
import { fork } from 'node:child_process';
import { copyFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Nothing has arrived for so long: the host does not answer. */
const STALL_MS = 8_000;
/** However fast it arrives. */
const LIMIT_MS = 180_000;

const JOB = fileURLToPath(new URL('./mongod-download-job.mjs', import.meta.url));

/**
 * mongodb-memory-server's own download. It waits for minutes where its host is not reachable, and its sockets
 * would keep this process alive: so it runs in a separate process, which is watched and ended.
 *
 * @param {string} folder  to work in
 * @param {string} version
 * @returns {Promise<string>} the path of the mongod, in the folder
 */
export async function mongodFromDownload(folder, version) {
  const mongod = join(folder, 'mongod');
  // A copy, because the file may be in the cache of the package, and must stay there.
  await copyFile(await watchedJob(folder, version), mongod);
  return mongod;
}

/**
 * @param {string} folder
 * @param {string} version
 * @returns {Promise<string>}
 */
async function watchedJob(folder, version) {
  const job = fork(JOB, [folder, version], { stdio: 'ignore', execArgv: [] });
  const watch = new AbortController();
  try {
    return await Promise.race([answerOf(job), stalled(folder, watch.signal)]);
  } finally {
    watch.abort();
    job.kill('SIGKILL');
  }
}

/**
 * @param {import('node:child_process').ChildProcess} job
 * @returns {Promise<string>}
 */
function answerOf(job) {
  return new Promise((resolve, reject) => {
    job.once('message', message => {
      const { path, error } = /** @type {{ path?: string, error?: string }} */ (message);
      if (path === undefined) reject(new Error(error));
      else resolve(path);
    });
    job.once('error', reject);
    job.once('exit', code => reject(new Error(`it ended with exit code ${code}`)));
  });
}

/**
 * @param {string} folder
 * @param {AbortSignal} over
 * @returns {Promise<never>}
 */
function stalled(folder, over) {
  const begin = performance.now();
  let seen = { bytes: 0, at: begin };
  return new Promise((_, reject) => {
    const look = setInterval(async () => {
      const bytes = await bytesIn(folder);
      const now = performance.now();
      if (bytes !== seen.bytes) seen = { bytes, at: now };
      if (now - seen.at > STALL_MS) reject(new Error(`nothing arrived for ${STALL_MS / 1000} s`));
      if (now - begin > LIMIT_MS) reject(new Error(`not complete after ${LIMIT_MS / 1000} s`));
    }, 250);
    over.addEventListener('abort', () => clearInterval(look));
  });
}

/** @param {string} folder */
async function bytesIn(folder) {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map(name =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
