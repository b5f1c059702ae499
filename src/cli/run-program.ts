import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { invalidArgument } from '../errors/errors.ts';
import { windowsCommand } from './windows-command.ts';

export interface RunningProgram {
  /** Its exit code; 128 and the number of the signal that has ended it. Rejected if it could not be started. */
  readonly ended: Promise<number>;
  /** The program decides what it does with it. */
  passOn(signal: NodeJS.Signals): void;
}

/** Starts a program with the terminal of this process. */
export function startProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): RunningProgram {
  const { file, args: given, isVerbatim } = commandFor(program, args, env);
  const child = spawn(file, given, { env, stdio: 'inherit', windowsVerbatimArguments: isVerbatim });
  return {
    ended: new Promise((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? invalidArgument(`There is no program ${program}.`) : error),
      );
      child.once('exit', (code, signal) =>
        resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal])),
      );
    }),
    passOn(signal) {
      if (!isFromTerminal(signal)) child.kill(signal);
    },
  };
}

/** The terminal sends SIGINT to all its processes. */
export function isFromTerminal(signal: NodeJS.Signals): boolean {
  return signal === 'SIGINT' && process.stdin.isTTY;
}

function commandFor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  return process.platform === 'win32'
    ? windowsCommand(program, args, env)
    : { file: program, args, isVerbatim: false };
}
