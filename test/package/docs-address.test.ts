import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Format } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { install, type Installed } from './support/installed.ts';

let program: Installed;

beforeAll(async () => {
  program = await install(['mongodb']);
});

afterAll(() => program.remove());

const own = () => realpathSync(join(program.folder, 'node_modules/session-guard'));

const flavours: readonly (readonly [Format, string, string])[] = [
  ['esm', 'mjs', "import { ConnectionManager, onFinding } from 'session-guard';"],
  ['cjs', 'cjs', "const { ConnectionManager, onFinding } = require('session-guard');"],
];

/** Prints where the page of an error opens, that of a finding, and that of an error of the driver's class. */
function addressesOf(load: string): string {
  return `${load}
    const addresses = [];
    onFinding(finding => addresses.push(finding.docs));
    const mongo = new ConnectionManager(process.env.MONGODB_URI, { console: false });
    void (async () => {
      await mongo.withTxn(async () => {}, { maxAttempts: 0 }).catch(error => addresses.unshift(error.docs));
      const session = mongo.client.startSession();
      await session.endSession();
      const late = mongo.db().collection('late').insertOne({}, { session });
      await late.catch(error => addresses.push(error.docs));
      await mongo.close();
      console.log(addresses.join('\\n'));
    })();`;
}

const rule = 'docs/rules/use-after-end.md';
const pages = ['docs/errors.md', rule, rule];

it.each(flavours)('a page is a file of the installed package (%s)', async (_, ending, load) => {
  const { stdout } = await program.node(`installed.${ending}`, addressesOf(load));
  const addresses = stdout.trim().split('\n');
  expect(addresses).toEqual(pages.map(page => join(own(), page)));
  for (const address of addresses) expect(existsSync(address)).toBe(true);
});

it.each(flavours)('in a bundle it is a path inside the package (%s)', async (format, ending, load) => {
  const file = `bundle.${ending}`;
  const outfile = join(program.folder, `built.${ending}`);
  await writeFile(join(program.folder, file), addressesOf(load));
  const entryPoints = [join(program.folder, file)];
  const external = ['mongodb'];
  await build({
    entryPoints,
    outfile,
    format,
    external,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
    banner: format === 'esm' ? { js: requireForBundles } : {},
  });
  const { stdout } = await program.node(`built.${ending}`, await readFile(outfile, 'utf8'));
  expect(stdout.trim().split('\n')).toEqual(pages);
});

const requireForBundles =
  "import { createRequire as forBundle } from 'node:module'; const require = forBundle(import.meta.url);";

it.each(flavours)(
  'without the folder `docs` it is a path inside the package (%s)',
  async (_, ending, load) => {
    const docs = join(own(), 'docs');
    await rename(docs, `${docs}-elsewhere`);
    try {
      const { stdout } = await program.node(`pruned.${ending}`, addressesOf(load));
      expect(stdout.trim().split('\n')).toEqual(pages);
    } finally {
      await rename(`${docs}-elsewhere`, docs);
    }
  },
);

it.each(['https://example.org/guard', 'https://example.org/guard/#readme'])(
  'below the homepage %s, where the package has one',
  async homepage => {
    const file = join(own(), 'package.json');
    const before = await readFile(file, 'utf8');
    await rm(file);
    await writeFile(file, JSON.stringify({ ...JSON.parse(before), homepage }));
    try {
      const { stdout } = await program.node('homepage.mjs', addressesOf(flavours[0]?.[2] ?? ''));
      expect(stdout.trim().split('\n')).toEqual(pages.map(page => `https://example.org/guard/${page}`));
    } finally {
      await writeFile(file, before);
    }
  },
);
