// @ts-check
// node scripts/ci/on-node.mjs 22 24 -- vitest run test/register
// Runs a program of node_modules/.bin, or with `node` a file, under other versions of Node, each fetched once from the npm registry (packages
// `node-<platform>-<arch>`). Ends with code 1 if it fails under one of them.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder } from '../servers/support/cache-folder.mjs';

const split = process.argv.indexOf('--');
const versions = process.argv.slice(2, split);
const [name = '', ...args] = process.argv.slice(split + 1);
if (split < 3 || name === '') {
  console.error('usage: node scripts/ci/on-node.mjs <version> … -- <program> <argument> …');
  process.exit(2);
}

const program = name === 'node' ? [] : [binOf(name)];
let failed = false;
for (const version of versions) failed = !runOn(version) || failed;
process.exitCode = failed ? 1 : 0;

/** @param {string} version */
function runOn(version) {
  const node = nodeOf(version);
  console.log(
    `\n${name} ${args.join(' ')} on Node ${execFileSync(node, ['--version'], { encoding: 'utf8' })}`,
  );
  const path = `${dirname(node)}${delimiter}${process.env['PATH']}`;
  const { status } = spawnSync(node, [...program, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  return status === 0;
}

/** @param {string} version */
function nodeOf(version) {
  const { platform, arch } = process;
  const os = platform === 'win32' ? 'win' : platform;
  const folder = join(cacheFolder(), `node-${version}`);
  const node = join(
    folder,
    'node_modules',
    `node-${os}-${arch}`,
    'bin',
    platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  const wanted = `node-${os}-${arch}@${version}`;
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, wanted], {
    stdio: 'inherit',
  });
  return node;
}

/** @param {string} bin */
function binOf(bin) {
  const require = createRequire(import.meta.url);
  const file = require.resolve(`${bin}/package.json`);
  const entry = require(file).bin;
  return join(dirname(file), typeof entry === 'string' ? entry : entry[bin]);
}
