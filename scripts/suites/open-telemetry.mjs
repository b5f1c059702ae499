// @ts-check
// node scripts/servers/with-servers.mjs mongodb -- node scripts/suites/open-telemetry.mjs <folder of the tests> [mongodb | mongodb6]
// Runs the tests of MongoDB's OpenTelemetry specification (in `source/open-telemetry/tests` of its repository), after npm run build.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { traceMongo } from 'session-guard/otel';
import { matchSpans } from './unified/match.mjs';
import { reasonNotToRun } from './unified/requirements.mjs';
import { runTest } from './unified/run-test.mjs';

const [folder, name = 'mongodb'] = process.argv.slice(2);
const uri = process.env['MONGODB_URI'];
if (folder === undefined || uri === undefined) {
  console.error(
    'usage: MONGODB_URI=… node scripts/suites/open-telemetry.mjs <folder of the tests> [mongodb6]',
  );
  process.exit(2);
}

/** @type {typeof import('mongodb')} */
const driver = await import(name);
/**
 * In the order in which they have begun: their times are too coarse for that.
 * @type {import('@opentelemetry/sdk-trace-base').ReadableSpan[]}
 */
let spans = [];
const done = () => Promise.resolve();
const order = {
  onStart: (/** @type {import('@opentelemetry/sdk-trace-base').ReadableSpan} */ span) =>
    void spans.push(span),
  onEnd: () => undefined,
  forceFlush: done,
  shutdown: done,
};
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [order] }));
// The clients of a test that are observed are traced, and no others.
traceMongo({ enabled: false });

const internal = new driver.MongoClient(uri);
const { version } = await internal.db('admin').command({ buildInfo: 1 });
const counts = { passed: 0, failed: 0, notRun: 0 };

for (const path of (await readdir(folder, { recursive: true }))
  .filter(one => one.endsWith('.json'))
  .toSorted()) {
  const file = driver.BSON.EJSON.parse(await readFile(join(folder, path), 'utf8'));
  for (const test of file.tests) {
    const title = `${path}: ${test.description}`;
    const reason = reasonNotToRun(file, test, version);
    if (reason === undefined) await run(title, file, test);
    else {
      counts.notRun += 1;
      console.log(`-  ${title}: not run: ${reason}`);
    }
  }
}
await internal.close();
console.log(
  `driver ${name}, server ${version}: ${counts.passed} passed, ${counts.failed} failed, ${counts.notRun} not run`,
);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

/**
 * @param {string} title
 * @param {any} file
 * @param {any} test
 */
async function run(title, file, test) {
  try {
    const matched = await runTest(
      { driver, internal, uri: /** @type {string} */ (uri), file, test },
      {
        start: () => {
          spans = [];
        },
        check: entities => {
          for (const expected of test.expectTracingMessages ?? [])
            matchSpans(
              expected,
              spans.filter(span => span.ended),
              entities,
              driver.BSON.EJSON,
            );
        },
      },
    );
    counts.passed += 1;
    console.log(`ok ${title} (${matched} operations)`);
  } catch (error) {
    counts.failed += 1;
    console.error(`FAILED ${title}:`, error);
  }
}
