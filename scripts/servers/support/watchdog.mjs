// @ts-check
import { spawn } from 'node:child_process';

/**
 * `read` ends when the pipe closes, which the kernel does at the parent's death, whatever it died of. The second is
 * for the server to let go of its files; asking whether it has is no use where nobody collects dead processes.
 */
const SCRIPT = 'read -r _; kill -"$3" "$1"; sleep 1; rm -rf "$2"';

/**
 * Sees to it that a server does not outlive this process, not even when this one is killed. mongodb-memory-server
 * has a watchdog too, but it asks a frozen server in vain to end, and leaves the data behind.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @param {string} dataFolder  thrown away together with the server
 * @param {NodeJS.Signals} [signal]  that ends the server; default SIGKILL, which ends a frozen one too
 */
export function watch(server, dataFolder, signal = 'SIGKILL') {
  if (process.platform === 'win32') return;
  const args = [
    '-c',
    SCRIPT,
    'session-guard-watchdog',
    String(server.pid),
    dataFolder,
    signal.slice('SIG'.length),
  ];
  // Detached: the Ctrl-C of a terminal must reach the application, not the one that tidies up after it.
  const watchdog = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const pipe = /** @type {import('node:net').Socket} */ (watchdog.stdin);
  watchdog.unref();
  pipe.unref();
  server.once('exit', () => watchdog.kill('SIGKILL'));
}
