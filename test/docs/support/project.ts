import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { findMongod } from '../../../scripts/servers/mongodb/mongod-binary.mjs';
import { appFolder } from '../../support/app-folder.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a project may have installed. */
const installed = [
  '@typescript-eslint/parser',
  'debug',
  'eslint',
  'jest',
  'mongodb',
  'mongodb6',
  'mongodb-memory-server-core',
  'mongoose',
  'vitest',
];

/** A project of a user, with the built package installed. */
export interface Project {
  /** The files by name. */
  readonly files: Readonly<Record<string, string>>;
  /** As in a shell, with the environment before and `npx` for the tools of the project. */
  readonly command: string;
  readonly uri: string;
}

export interface ProjectRun {
  readonly code: number | null;
  /** Of both streams; the project stands in `/app`. */
  readonly output: string;
}

/** No test runner takes so long. */
const limitMS = 280_000;

/** Runs a command in a folder that holds nothing but the project. It needs `npm run build`. */
export async function runProject({ files, command, uri }: Project): Promise<ProjectRun> {
  const app = appFolder();
  const folder = app.path;
  try {
    install(folder, installed);
    const all = { 'package.json': '{ "private": true, "type": "module" }', ...files };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { code, output } = await run(folder, command, uri);
    return { code, output: stripVTControlCharacters(output).replaceAll(folder, '/app') };
  } finally {
    app.remove();
  }
}

/** The built package, and others as they are installed here. */
export function install(folder: string, others: readonly string[]): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'session-guard'), { recursive: true });
  for (const part of ['dist', 'docs', 'package.json']) {
    cpSync(join(root, part), join(modules, 'session-guard', part), { recursive: true });
  }
  for (const name of others) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'dir');
  }
}

async function run(folder: string, command: string, uri: string): Promise<ProjectRun> {
  const env = {
    PATH: `${dirname(process.execPath)}:${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
    HOME: process.env['HOME'],
    MONGODB_URI: uri,
    MONGOMS_SYSTEM_BINARY: await findMongod(),
  };
  // The tools stand on the PATH: npx would look them up on the network.
  const child = spawn('sh', ['-c', command.replaceAll('npx ', '')], {
    cwd: folder,
    env,
    timeout: limitMS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += String(text)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, output }));
  });
}
