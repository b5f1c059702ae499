import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const oxlint = resolve('node_modules/oxlint/bin/oxlint');

const program = `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri);
const orders = client.db().collection('orders');
export const place = order =>
  client.withSession(async session => {
    orders.insertOne(order, { session });
  });
export const read = () => client.withSession(session => orders.findOne({}, { session }));
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-guard-oxlint-'));
  const config = {
    jsPlugins: [resolve('dist/eslint.mjs')],
    categories: { correctness: 'off' },
    rules: { 'session-guard/unawaited-operation': 'error', 'session-guard/session-leak': 'error' },
  };
  await writeFile(join(folder, '.oxlintrc.json'), JSON.stringify(config));
  await writeFile(join(folder, 'orders.js'), program);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('Oxlint makes the suggestions of the plugin where it is asked to', async () => {
  const file = join(folder, 'suggested.js');
  await writeFile(file, program);
  await run(process.execPath, [oxlint, '--fix-suggestions', 'suggested.js'], { cwd: folder });
  expect(await readFile(file, 'utf8')).toBe(
    program.replace('    orders.insertOne', '    await orders.insertOne'),
  );
});

test('Oxlint loads the built plugin as a JavaScript plugin, and its rules see the same', async () => {
  const failed = await run(process.execPath, [oxlint, '--format=unix'], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  const lines = failed.stdout.split('\n').filter(line => line.includes('session-guard'));
  expect(lines.map(line => line.replace(/^.*?(orders\.js:\d+).*\[(.*)\]$/, '$1 $2'))).toEqual([
    'orders.js:6 Error/session-guard(unawaited-operation)',
  ]);
});
