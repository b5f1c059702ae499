import { SessionGuardError } from '../errors/errors.ts';
import { packageFolder } from '../errors/package-folder.ts';
import { nearestOf } from '../platform/options/nearest-name.ts';
import { explain } from './explain.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { usageOf, usages } from './usage.ts';
import { UsageError } from './usage-error.ts';

/** The exit code for a command line that is not understood. */
const misused = 2;

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  run,
  report,
  explain,
};

/**
 * Runs a command of `npx session-guard`.
 * @returns the exit code: 0; 1 for findings, and for a file that is not a trace; 2 for a command line that is not understood; of
 *   `run` that of the program
 */
export async function runCommandLine([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) return fail(usages, misused);
  if (name === '--help' || name === '-h' || name === 'help') return print(usages);
  if (name === '--version' || name === '-v') return print(packageFolder()?.version ?? 'not known');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const meant = nearestOf(name, Object.keys(commands));
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    return fail(`session-guard: there is no command '${name}'.${hint}\n\n${usages}`, misused);
  }
  // What follows `--` belongs to the program.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (own.includes('--help') || own.includes('-h')) return print(usageOf(name));
  try {
    return await command(args);
  } catch (error) {
    if (error instanceof UsageError)
      return fail(`session-guard ${name}: ${error.message}\n\n${usageOf(name)}`, misused);
    if (error instanceof SessionGuardError || isSystemError(error))
      return fail(`session-guard ${name}: ${error.message}`, 1);
    throw error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function fail(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}
