import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { install } from '../docs/support/project.ts';
import { startProgram } from '../services/support/program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const modules = join(root, 'node_modules');

interface Flavour {
  readonly name: string;
  readonly type: 'module' | 'commonjs';
  /** Options of the compiler, beside those of the example. */
  readonly compile: readonly string[];
  /** Where the packages of Nest are installed here. */
  readonly packageOf: (name: string) => string;
}

const flavours: readonly Flavour[] = [
  { name: 'NestJS 12', type: 'module', compile: [], packageOf: name => `@nestjs/${name}` },
  {
    name: 'NestJS 11 as `module: commonjs`',
    type: 'commonjs',
    compile: ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0'],
    packageOf: name => `nest11-${name}`,
  },
];

/** The example alone in a folder, with its packages, compiled. */
async function build({ type, compile, packageOf }: Flavour): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'session-guard-nest-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  install(folder, []);
  const installed = readdirSync(modules).filter(name => !/^(?:\.|@nestjs$)/.test(name));
  for (const name of installed) symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  mkdirSync(join(folder, 'node_modules/@nestjs'));
  // Copies: a package that is a link finds its peers where it really is.
  for (const name of ['common', 'core', 'platform-express'])
    cpSync(join(modules, packageOf(name)), join(folder, 'node_modules/@nestjs', name), { recursive: true });
  cpSync(join(root, 'examples/services/nest'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type }));
  const tsc = join(modules, 'typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', folder, ...compile]);
  return folder;
}

/** It needs `npm run build`. */
test.each(flavours)(
  'the shop with $name takes orders in transactions, and stops with code 0',
  async flavour => {
    const cwd = await build(flavour);
    const args = ['--enable-source-maps', 'dist/main.js'];
    const { child, ended, heard, stock, orders, complaints } = await startProgram(args, { cwd });
    const url = `http://127.0.0.1:${await heard('listens')}`;
    const place = async (id: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ id, sku: 'tea' });
      return (await fetch(`${url}/orders`, { method: 'POST', headers, body })).status;
    };
    expect(await Promise.all([place('order-1'), place('order-2')])).toEqual([201, 201]);
    expect([await place('order-3'), await place({})]).toEqual([409, 400]);
    expect(await (await fetch(`${url}/live`)).json()).toEqual({ live: true });
    await expect.poll(async () => (await fetch(`${url}/ready`)).json()).toEqual({ ready: true });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await orders.distinct('_id')).toEqual(['order-1', 'order-2']);
    expect(await stock.findOne()).toEqual({ _id: 'tea', left: 0 });
    expect(complaints.join('')).toBe('');
  },
);
