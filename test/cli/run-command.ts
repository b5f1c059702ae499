import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { replicaSetUri } from '../setup/servers.ts';
import { withoutRunner } from '../register/support/run-preloaded.ts';

/** The command as it is shipped; `npm test` builds it first. */
const command = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent to the command when its program has printed a line. */
  readonly signal?: NodeJS.Signals;
}

/** Runs `session-guard` in a process of its own, on the tests' replica set. */
export function sessionGuard(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const { cwd, env, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], {
      cwd,
      env: { ...withoutRunner(), MONGODB_URI: replicaSetUri(), NO_COLOR: '1', ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '' && signal !== undefined) child.kill(signal);
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', code => resolve({ code, stdout, stderr }));
  });
}
