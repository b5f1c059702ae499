// @ts-check
// node scripts/suites/express-session.mjs <checkout of expressjs/session> [memory | redis | mongodb | dynamodb]
// Runs express-session's own tests with our store as its MemoryStore. With a server:
// node scripts/servers/with-servers.mjs redis -- node scripts/suites/express-session.mjs <checkout> redis
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIRST, run, runSuite } from './suite.mjs';

const [checkout, backend = 'memory'] = process.argv.slice(2);
process.env['SUITE_BACKEND'] = backend;
const store = fileURLToPath(new URL('stores/express-session.cjs', import.meta.url));

const REST = [
  '--retries',
  '2',
  '--check-leaks',
  '--exit',
  '--require',
  'test/support/env',
  '--reporter',
  'dot',
  'test/',
];

await runSuite({
  checkout,
  install: [],
  async prepare(folder) {
    await writeFile(
      join(folder, 'session/memory.js'),
      `module.exports = require(${JSON.stringify(store)});\n`,
    );
    const certificate = join(folder, 'test/support/gencert.sh');
    await chmod(certificate, 0o755);
    await run(certificate, [], folder);
  },
  // Once more where a test compares two readings of the clock to the second.
  test: folder => run('node', ['--import', FIRST, 'node_modules/mocha/bin/mocha.js', ...REST], folder),
});
