// @ts-check
import { execFile } from 'node:child_process';

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok      it ended by itself, with exit code 0
 * @property {string} stdout
 * @property {string} stderr   on a failure to start or in time: what happened
 */

/**
 * Runs a command that may hang, and ends it at the limit. It does not reject if the command is missing or fails,
 * because the caller then tries the next way to get a server.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ timeoutMS: number, cwd?: string, uid?: number, gid?: number }} options
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, { timeoutMS, ...rest }) {
  return new Promise(resolve => {
    const options = { ...rest, timeout: timeoutMS, killSignal: /** @type {const} */ ('SIGKILL') };
    execFile(command, args, options, (error, stdout, stderr) => {
      const ok = error === null;
      resolve({ ok, stdout, stderr: ok ? stderr : explain(error, stderr, timeoutMS) });
    });
  });
}

/**
 * @param {import('node:child_process').ExecFileException} error
 * @param {string} stderr
 * @param {number} timeoutMS
 */
function explain(error, stderr, timeoutMS) {
  if (error.code === 'ENOENT') return 'command not found';
  if (error.killed) return `no end within ${timeoutMS / 1000} s`;
  return stderr.trim() || error.message;
}
