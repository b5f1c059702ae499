// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** It may be too busy retrying to stop by itself. */
const STOP_MS = 1000;

const PROGRAM = fileURLToPath(new URL('../service/run.mjs', import.meta.url));

/**
 * A running service in a separate process.
 *
 * @typedef {object} ServiceProcess
 * @property {string} origin
 * @property {() => Promise<Report>} report  its own counts and findings
 * @property {() => Promise<void>} stop      whatever it is doing; may be called twice
 */

/** @typedef {Pick<import('./case.d.ts').Outcome, 'findings' | 'unhandled'>} Report */

/**
 * @param {'plain' | 'guarded'} side
 * @param {string} route
 * @param {{ uri: string, dbName: string, options?: object | undefined }} settings
 * @returns {Promise<ServiceProcess>}
 */
export async function startService(side, route, { uri, dbName, options = {} }) {
  const child = fork(PROGRAM, [side, route, uri, dbName, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const exit = once(child, 'exit');
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', text => (stderr += text));
  const ask = async () => {
    const [message] = await Promise.race([
      once(child, 'message'),
      exit.then(([code]) => failed(code, stderr)),
    ]);
    return message;
  };
  const { port } = await ask();
  return {
    origin: `http://127.0.0.1:${port}`,
    report: () => {
      child.send('report');
      return ask();
    },
    stop: async () => {
      if (child.connected) child.send('stop', () => {});
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exit;
      clearTimeout(kill);
    },
  };
}

/**
 * @param {number | null} code
 * @param {string} stderr
 * @returns {never}
 */
function failed(code, stderr) {
  const [said] = /^\w*Error.*$/m.exec(stderr) ?? [stderr.trim()];
  throw new Error(`The service has ended by itself (exit code ${code}). ${said}`);
}
