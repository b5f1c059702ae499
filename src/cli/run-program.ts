import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** The signals that end a program; the program decides what it does with them, and the summary comes after that. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs a program to its end, with the terminal of this process.
 * @returns its exit code; 128 and the number of the signal that has ended it
 */
export function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: 'inherit', shell: process.platform === 'win32' });
    const passOn = (signal: NodeJS.Signals) => {
      // The terminal sends SIGINT to the program, too.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, passOn);
    const stop = () => {
      for (const signal of signals) process.off(signal, passOn);
    };
    child.once('error', error => {
      stop();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      stop();
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}
