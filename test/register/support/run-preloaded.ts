import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../../src/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';

const root = new URL('../../../', import.meta.url);

/** The preload as it is shipped; `npm test` builds it first. */
export const preload = {
  esm: new URL('dist/register.mjs', root).href,
  cjs: fileURLToPath(new URL('dist/register.cjs', root)),
};

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Arguments of Node; by default the preload as an ES module. */
  readonly args?: readonly string[];
  /** The program and its arguments. */
  readonly program: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a program in a process of its own, on the tests' replica set. */
export function runPreloaded({
  args = ['--import', preload.esm],
  program,
  env,
  cwd,
}: RunOptions): Promise<Run> {
  const variables = { ...withoutRunner(), MONGODB_URI: replicaSetUri(), NO_COLOR: '1', ...env };
  return new Promise(resolve => {
    const child = execFile(
      process.execPath,
      [...args, ...program],
      { env: variables, cwd },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** Some rules are silent under a test runner, which the programs are not. */
export function withoutRunner(): NodeJS.ProcessEnv {
  const {
    VITEST: _v,
    VITEST_WORKER_ID: _w,
    VITEST_POOL_ID: _p,
    NODE_OPTIONS: _o,
    NODE_ENV: _e,
    ...rest
  } = process.env;
  return rest;
}

export function programFile(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}

/** The findings of a run that was asked for `SESSION_GUARD_REPORT=json`. */
export function findingsIn({ stderr }: Run): Finding[] {
  return stderr.split('\n').flatMap(line => findingOf(line) ?? []);
}

function findingOf(line: string): Finding | undefined {
  if (!line.startsWith('{')) return undefined;
  const parsed = JSON.parse(line);
  return parsed.type === 'finding' ? parsed : undefined;
}
