import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { preload } from '../../register/support/run-preloaded.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import type { Driver } from './drivers.ts';
import type { GuardMode, ProgramInput, ProgramReport } from './program.ts';

const run = promisify(execFile);
const typescript = new URL('typescript.mjs', import.meta.url).href;

/** Runs `programs/<file>` in a fresh process, where nothing is observed unless the guard mode asks for it. */
export async function runPrograms(
  file: string,
  driver: Driver,
  guard: GuardMode,
  nodeArgs: readonly string[] = [],
): Promise<Readonly<Record<string, ProgramReport>>> {
  const input: ProgramInput = {
    uri: replicaSetUri(),
    driver: packageOf(driver),
    guard,
    db: `real_${randomBytes(6).toString('hex')}`,
  };
  const env = { ...process.env, PROGRAM_INPUT: JSON.stringify(input), NODE_OPTIONS: '' };
  const { stdout } = await run(process.execPath, [...nodeArgs, '--import', typescript, programFile(file)], {
    env,
  });
  return JSON.parse(stdout);
}

/** The same, with the preload and nothing else: the programs know nothing of it. */
export function runObserved(file: string, driver: Driver): Promise<Readonly<Record<string, ProgramReport>>> {
  return runPrograms(file, driver, 'none', ['--import', preload.esm]);
}

/** The name under which a program imports this copy of the driver. */
export function packageOf({ name }: Driver): 'mongodb' | 'mongodb6' {
  return name === 'driver 7' ? 'mongodb' : 'mongodb6';
}

export function programFile(file: string): string {
  return fileURLToPath(new URL(`../programs/${file}`, import.meta.url));
}
