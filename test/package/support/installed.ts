import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { replicaSetUri } from '../../setup/servers.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

/** A program's folder in which the packed package is installed as pnpm does it: it finds its own peers, and no other package. */
export interface Installed {
  readonly folder: string;
  /** Runs a program in it. */
  node(file: string, text: string, ...flags: readonly string[]): Promise<{ stdout: string; stderr: string }>;
  /** Compiles files of this text in it, in one run: each one reads all types. @returns what the compiler says */
  compile(files: readonly string[], text: string, options: readonly string[]): Promise<string>;
  /** Puts a second copy of the package beside it, under another name. */
  copyAs(name: string): Promise<void>;
  remove(): Promise<void>;
}

/** @param peers the names of packages of this repository that the program has beside session-guard */
export async function install(peers: readonly string[]): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'session-guard-installed-'));
  const store = join(folder, 'node_modules/.store/session-guard/node_modules');
  await mkdir(store, { recursive: true });
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', store];
  const { stdout } = await run('npm', pack, { cwd: root });
  await run('tar', ['-xzf', stdout.trim().split('\n').at(-1) ?? '', '--force-local'], { cwd: store });
  const own = join(store, 'package');
  for (const name of ['debug', ...peers]) {
    for (const place of [store, join(folder, 'node_modules')]) {
      await mkdir(dirname(join(place, name)), { recursive: true });
      await symlink(join(root, 'node_modules', name), join(place, name), 'junction');
    }
  }
  await symlink(own, join(folder, 'node_modules/session-guard'), 'junction');
  return {
    folder,
    async node(file, text, ...flags) {
      await writeFile(join(folder, file), text);
      const env = { ...process.env, MONGODB_URI: replicaSetUri() };
      return run(process.execPath, [...flags, file], { cwd: folder, env });
    },
    async compile(files, text, options) {
      for (const file of files) await writeFile(join(folder, file), text);
      const args = [
        join(root, 'node_modules/typescript/bin/tsc'),
        '--noEmit',
        '--strict',
        ...options,
        ...files,
      ];
      const said = await run(process.execPath, args, { cwd: folder }).catch(
        (error: { stdout: string }) => error,
      );
      return said.stdout;
    },
    copyAs: name => cp(own, join(store, name), { recursive: true }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
