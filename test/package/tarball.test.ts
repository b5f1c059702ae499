import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replicaSetUri } from '../setup/servers.ts';
import packageJson from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');

/** A program of a user: the same in every flavour of module. */
const use = `
const manager = new ConnectionManager('mongodb://localhost:1');
const seen = [typeof manager.withTxn, typeof onFinding, codes.timeout, SessionGuardError.name];
console.log(JSON.stringify(seen));
`;
const printed = '["function","function","ERR_SESSION_GUARD_TIMEOUT","SessionGuardError"]\n';
const names = 'ConnectionManager, onFinding, codes, SessionGuardError';

let folder: string;

async function node(file: string, text: string): Promise<string> {
  await writeFile(join(folder, file), text);
  const env = { ...process.env, MONGODB_URI: replicaSetUri() };
  const { stdout } = await run(process.execPath, [file], { cwd: folder, env });
  return stdout;
}

/** In one run of the compiler: each one reads all types of the driver. */
async function compile(files: readonly string[], text: string): Promise<string> {
  for (const file of files) await writeFile(join(folder, file), text);
  const options =
    '--noEmit --strict --types node --exactOptionalPropertyTypes --target es2022 --module node20';
  const { stdout } = await run(process.execPath, [tsc, ...options.split(' '), ...files], { cwd: folder });
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-guard-package-'));
  const { stdout } = await run(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
    { cwd: root },
  );
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  const { mongodb } = packageJson.devDependencies;
  const types = packageJson.devDependencies['@types/node'];
  const wanted = [join(folder, tarball), `mongodb@${mongodb}`, `@types/node@${types}`];
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...wanted], { cwd: folder });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the packed tarball, installed', () => {
  it('is imported from an ES module', async () => {
    expect(await node('use.mjs', `import { ${names} } from 'session-guard';${use}process.exit()`)).toBe(
      printed,
    );
  });

  it('is required from CommonJS', async () => {
    expect(await node('use.cjs', `const { ${names} } = require('session-guard');${use}process.exit()`)).toBe(
      printed,
    );
  });

  it('is one instance, imported and required in one process', async () => {
    const text = `
      import { createRequire } from 'node:module';
      import * as imported from 'session-guard';
      const required = createRequire(import.meta.url)('session-guard');
      console.log(imported.ConnectionManager === required.ConnectionManager);`;
    expect(await node('both.mjs', text)).toBe('true\n');
  });

  it('has types for an ES module and for CommonJS', async () => {
    const text = `
      import { ConnectionManager, type Finding } from 'session-guard';
      const manager = new ConnectionManager('mongodb://localhost', { onFinding: (finding: Finding) => void finding.rule });
      export const answer: Promise<number> = manager.withTxn(async (session, txn) => {
        txn.afterCommit(() => session.id);
        return txn.attempt;
      }, { timeoutMS: 1000, maxAttempts: 3, writeConcern: { w: 'majority' } });`;
    expect(await compile(['use.mts', 'use.cts'], text)).toBe('');
  });

  it('brings no dependency but debug', async () => {
    const { stdout } = await run('npm', ['ls', '--json', '--omit=peer', '--all'], { cwd: folder });
    const tree: { dependencies: Record<string, { dependencies?: Record<string, { version?: string }> }> } =
      JSON.parse(stdout);
    // Peers that are optional are listed without a version where they are not installed.
    const installed = Object.entries(tree.dependencies['session-guard']?.dependencies ?? {}).filter(
      ([, { version }]) => version !== undefined,
    );
    expect(installed.map(([name]) => name).toSorted()).toEqual(['debug', 'mongodb']);
  });
});

describe('the other entries of the tarball', () => {
  it('is a preload, by `--import` and by `-r`', async () => {
    const text = 'const { MongoClient } = require("mongodb"); console.log(MongoClient.name)';
    await writeFile(join(folder, 'preloaded.cjs'), text);
    for (const flag of ['--import', '-r']) {
      const args = [flag, 'session-guard/register', 'preloaded.cjs'];
      const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
      expect({ stdout, stderr }).toEqual({ stdout: 'MongoClient\n', stderr: '' });
    }
    const misspelt = run(process.execPath, ['-r', 'session-guard/register', 'preloaded.cjs'], {
      cwd: folder,
      env: { ...process.env, SESSION_GUARD: 'yes' },
    });
    await expect(misspelt).rejects.toThrow('SESSION_GUARD must be observe, protect or off');
  });

  it('has the entries for mongoose and for tests, without those being installed', async () => {
    const text = `
      const { observeMongoose, connectMongoose } = require('session-guard/mongoose');
      const { expectClean, replayTrace } = require('session-guard/testing');
      console.log([observeMongoose, connectMongoose, expectClean, replayTrace].map(each => typeof each).join());`;
    expect(await node('entries.cjs', text)).toBe('function,function,function,function\n');
  });
});

describe('the stores of the tarball, without their peers', () => {
  const program = `
    const store = sessionStore(memoryBackend(), { keys: { tag: ['a secret of at least 32 random bytes'] } });
    store.create({ cart: [] }, { user: 'user-1' }).then(async session => {
      await store.destroyAll('user-1');
      const cases = sessionStoreContract({ backend: memoryBackend, races: 1 });
      console.log(await store.get(session.id), cases.length > 50, typeof redisBackend);
    });`;

  it('are imported from an ES module', async () => {
    const imports = `
      import { memoryBackend, sessionStore } from 'session-guard/store';
      import { redisBackend } from 'session-guard/store/redis';
      import { sessionStoreContract } from 'session-guard/testing/store';`;
    expect(await node('store.mjs', imports + program)).toBe('null true function\n');
  });

  it('are required from CommonJS', async () => {
    const imports = `
      const { memoryBackend, sessionStore } = require('session-guard/store');
      const { redisBackend } = require('session-guard/store/redis');
      const { sessionStoreContract } = require('session-guard/testing/store');`;
    expect(await node('store.cjs', imports + program)).toBe('null true function\n');
  });

  it('have types for an ES module and for CommonJS', async () => {
    const text = `
      import { memoryBackend, sessionStore, type SessionBackend } from 'session-guard/store';
      const backend: SessionBackend = memoryBackend({ now: () => 0 });
      interface Visit { cart: string[]; theme?: 'dark' | 'light' }
      const store = sessionStore<Visit>(backend, { keys: { tag: ['x'] }, encrypt: 'from-now-on' });
      export async function look(id: string): Promise<string[]> {
        const session = await store.get(id);
        if (session === null) return [];
        const saved = await store.patch(session, { theme: 'dark' }, { unset: ['theme'], conflict: 'error' });
        // @ts-expect-error there is no such field
        void store.patch(session, { colour: 'dark' });
        return saved.ended ? [saved.reason] : saved.data.cart;
      }`;
    expect(await compile(['store.mts', 'store.cts'], text)).toBe('');
  });
});

it('shares one state between two copies of the package in one process', async () => {
  await cp(join(folder, 'node_modules/session-guard'), join(folder, 'node_modules/second'), {
    recursive: true,
  });
  const text = `
      import { ConnectionManager, onFinding } from 'session-guard';
      import * as second from './node_modules/second/dist/index.mjs';
      const heard = [];
      onFinding(({ rule }) => heard.push('first ' + rule));
      second.onFinding(({ rule }) => heard.push('second ' + rule));
      const one = new ConnectionManager(process.env.MONGODB_URI, { console: false });
      const two = second.ConnectionManager.adopt(new one.client.constructor(process.env.MONGODB_URI), { console: false });
      const items = two.db('two_copies').collection('items');
      await items.deleteMany({});
      await two.withTxn(async session => { items.insertOne({ _id: 1 }, { session }); });
      await two.withTxn(async () => {
        await two.withTxn(async session => items.insertOne({ _id: 2 }, { session }));
        throw new Error('outer');
      }).catch(() => {});
      const error = await two.withTxn(async () => 1, { nested: 'never' }).catch(error => error);
      const stored = await items.countDocuments();
      await Promise.all([one.close(), two.close()]);
      const { SessionGuardError } = await import('session-guard');
      console.log(JSON.stringify({ stored, heard, same: error instanceof SessionGuardError }));`;
  const heard = ['first unawaited-operation', 'second unawaited-operation'];
  expect(JSON.parse(await node('copies.mjs', text))).toEqual({ stored: 1, heard, same: true });
});
