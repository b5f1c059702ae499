// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/**
 * The environment of a program.
 *
 * @typedef {object} Surroundings
 * @property {Readonly<Record<string, string>>} env  added to the environment of this process
 * @property {() => Promise<void>} stop
 */

const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Starts servers, runs a program to its end, and stops the servers. This process's exit code is then the
 * program's, as a shell gives it.
 *
 * @param {readonly string[]} commandLine
 * @param {() => Promise<Surroundings>} start
 */
export async function runProgram([command = '', ...args], start) {
  // From the first moment, so that a signal during the start does not leave a server behind.
  /** @type {NodeJS.Signals | undefined} */
  let early;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let program;
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    early = signal;
    // A terminal gives Ctrl-C to the whole group: the program has it already, and twice often means "at once".
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    program?.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, () => forward(signal));

  /** @type {Surroundings | undefined} */
  let surroundings;
  try {
    surroundings = await start();
    if (early === undefined) {
      program = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...surroundings.env } });
    }
    process.exitCode = program ? await endOf(program) : exitCodeOf(early);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 127;
  } finally {
    await surroundings?.stop();
  }
}

/**
 * @param {import('node:child_process').ChildProcess} program
 * @returns {Promise<number>}
 */
async function endOf(program) {
  const [code, signal] = await once(program, 'exit');
  return signal ? exitCodeOf(signal) : code;
}

/** @param {NodeJS.Signals | undefined} signal */
function exitCodeOf(signal) {
  return signal === undefined ? 0 : 128 + constants.signals[signal];
}
