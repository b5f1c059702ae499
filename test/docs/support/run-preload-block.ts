import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findingsIn, type Run, runPreloaded } from '../../register/support/run-preloaded.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { appFolder } from '../../support/app-folder.ts';
import { asInstalled } from './as-installed.ts';
import type { Block } from './blocks.ts';
import { linesOf } from './run-block.ts';

const name = 'app.js';

export interface PreloadOutcome {
  readonly code: number | null;
  /** As a reader would see it: its file stands in `/app`, its database is `shop`, its process has the number of the page. */
  readonly printed: string;
  /** The lines that findings name. */
  readonly lines: readonly number[];
}

let databases = 0;

/** Runs a program of the documentation in a process of its own, with the preload and the variables among the block's flags. */
export async function runPreloadBlock(block: Block): Promise<PreloadOutcome> {
  const folder = appFolder();
  writeProject(folder.path, block.code);
  try {
    const asked = variablesIn(block);
    const { printed, code } = await runIn(folder.path, asked);
    const { findings } = await runIn(folder.path, { ...asked, SESSION_GUARD_REPORT: 'json' });
    return { code, printed, lines: linesOf(findings) };
  } finally {
    folder.remove();
  }
}

/** The program, and the packages of this repository beside it. */
function writeProject(folder: string, code: string): void {
  writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
}

function variablesIn({ flags }: Block): Record<string, string> {
  return Object.fromEntries(flags.filter(flag => flag.includes('=')).map(flag => flag.split('=')));
}

async function runIn(folder: string, asked: Record<string, string>) {
  databases += 1;
  const database = `docs_preload_${process.pid}_${databases}`;
  const env = { MONGODB_URI: inDatabase(database), ...asked };
  const run = await runPreloaded({ program: [join(folder, name)], env });
  return { code: run.code, printed: asSeen(run, folder, database), findings: findingsIn(run) };
}

function inDatabase(database: string): string {
  const uri = new URL(replicaSetUri());
  uri.pathname = `/${database}`;
  return uri.href;
}

function asSeen({ stdout, stderr }: Run, folder: string, database: string): string {
  return asInstalled(stdout + stderr)
    .replaceAll(folder, '/app')
    .replaceAll(database, 'shop')
    .replaceAll(/\(node:\d+\)/g, '(node:4711)')
    .trimEnd();
}
