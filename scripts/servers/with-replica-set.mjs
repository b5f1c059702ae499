// @ts-check
// node scripts/servers/with-replica-set.mjs node app.mjs …
// Runs a program with MONGODB_URI set to a replica set of its own, or to the one that is set already.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { startReplicaSet } from './replica-set.mjs';

const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('usage: node scripts/servers/with-replica-set.mjs <command> [arguments]');
  process.exit(2);
}

// From the first moment, so that a signal during the start does not leave a server behind.
/** @type {NodeJS.Signals | undefined} */
let early;
/** @type {import('node:child_process').ChildProcess | undefined} */
let program;
for (const signal of FORWARDED) process.on(signal, () => forward(signal));

const given = process.env['MONGODB_URI'];
const server = given ? undefined : await startReplicaSet();
try {
  process.exitCode = early ? exitCodeOf(early) : await run(command, given ?? server?.uri);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 127;
} finally {
  await server?.stop();
}

/** @param {NodeJS.Signals} signal */
function forward(signal) {
  early = signal;
  // A terminal gives Ctrl-C to the whole group: the program has it already, and twice often means "at once".
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  program?.kill(signal);
}

/**
 * @param {string} name
 * @param {string | undefined} uri
 * @returns {Promise<number>} the exit code, as a shell gives it
 */
async function run(name, uri) {
  program = spawn(name, args, { stdio: 'inherit', env: { ...process.env, MONGODB_URI: uri } });
  const [code, signal] = await once(program, 'exit');
  return signal ? exitCodeOf(signal) : code;
}

/** @param {NodeJS.Signals} signal */
function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}
