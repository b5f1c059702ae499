// @ts-check
import { findOnPath } from '../support/find-on-path.mjs';
import { runCommand } from '../support/run-command.mjs';

const LOWEST_MAJOR = 7;

const WAYS_OUT = `Any one of these helps:
  on Debian 12 or later, as root: apt-get install redis-server
  put a redis-server of version ${LOWEST_MAJOR}.0 or later on the PATH, or set SESSION_GUARD_REDIS_BINARY to its path
  set REDIS_URL (examples) or SESSION_GUARD_TEST_REDIS_URL (tests) to a server that is running`;

/** @returns {Promise<string>} `SESSION_GUARD_REDIS_BINARY`, else `redis-server` on the PATH; known to run */
export async function findRedis() {
  const named = process.env['SESSION_GUARD_REDIS_BINARY'];
  const binary = named || (await findOnPath('redis-server'));
  if (binary === undefined)
    throw new Error(`No Redis server to run: no redis-server on the PATH.\n${WAYS_OUT}`);
  const from = named ? 'SESSION_GUARD_REDIS_BINARY names a redis-server' : `${binary} is one`;
  const { ok, stdout, stderr } = await runCommand(binary, ['--version'], { timeoutMS: 60_000 });
  if (!ok) throw new Error(`No Redis server to run: ${from} that does not run: ${stderr}.\n${WAYS_OUT}`);
  const version = /\bv=(\d+)\.\d+\.\d+/.exec(stdout);
  if (Number(version?.[1]) >= LOWEST_MAJOR) return binary;
  throw new Error(`No Redis server to run: ${from} that is too old (${stdout.trim()}).\n${WAYS_OUT}`);
}
