// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../agent/run.mjs', import.meta.url));

/** @typedef {{ question?: string, answer?: string }} Said */

/**
 * A process of the agent.
 *
 * @typedef {object} AgentProcess
 * @property {number | undefined} pid
 * @property {() => Promise<Said>} said  its state when it has nothing more to do
 * @property {() => Promise<void>} kill  by SIGKILL: it can do nothing about it
 */

/**
 * @param {readonly string[]} args
 * @returns {AgentProcess}
 */
export function startAgent(args) {
  const child = fork(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', text => (stderr += text));
  const exit = once(child, 'exit');
  return {
    pid: child.pid,
    said: async () => {
      const ended = exit.then(([code]) =>
        Promise.reject(new Error(`The agent has ended (${code}). ${stderr}`)),
      );
      const [said] = await Promise.race([once(child, 'message'), ended]);
      return said;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
