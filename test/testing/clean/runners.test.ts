import { describe, expect, test } from 'vitest';
import { runProject, type ProjectRun } from '../../docs/support/project.ts';
import { replicaSetUri } from '../../setup/servers.ts';

/** What every project tests; with the driver by the name that it is installed under. */
function code(driver: string): string {
  return `
const { MongoClient } = require('${driver}');
const client = new MongoClient(process.env.MONGODB_URI);
const items = client.db('kit_runners').collection('items');
exports.close = () => client.close();
exports.good = () => client.withSession(session => items.findOne({}, { session }));
exports.bad = async () => {
  const session = client.startSession();
  await session.endSession();
  await items.findOne({}, { session }).catch(() => {});
};
exports.start = () => client.startSession();
exports.keepOne = () => void require('session-guard').keep(client.startSession());
exports.later = async milliseconds => {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
  await exports.bad();
};`;
}

const names = 'bad, close, good, keepOne, later, start';

interface Case {
  readonly tests: string;
  readonly config?: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly args?: string;
}

const runners: Readonly<Record<string, (one: Case) => Promise<ProjectRun>>> = {
  vitest({ tests, config = "setupFiles: ['session-guard/testing/vitest']", more, args = '' }) {
    const files = {
      'code.cjs': code('mongodb'),
      'a.test.ts': `import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';\nimport { ${names} } from './code.cjs';\n${tests}\nafterAll(() => close());`,
      'vitest.config.js': `export default { test: { ${config} } };`,
      ...more,
    };
    return runProject({ files, command: `npx vitest run ${args}`, uri: replicaSetUri() });
  },
  jest({ tests, config = "setupFilesAfterEnv: ['session-guard/testing/jest']", more, args = '' }) {
    const files = {
      'package.json': '{ "private": true }',
      'code.js': code('mongodb6'),
      'a.test.js': `const { ${names} } = require('./code.js');\n${tests}\nafterAll(() => close());`,
      'jest.config.js': `module.exports = { ${config} };`,
      ...more,
    };
    return runProject({ files, command: `npx jest ${args}`, uri: replicaSetUri() });
  },
  'node:test'({ tests, config = '--import session-guard/testing/node', more, args = '' }) {
    const files = {
      'code.cjs': code('mongodb'),
      'a.test.mjs': `import { after as afterAll, afterEach, before as beforeAll, describe, test } from 'node:test';\nimport { ${names} } from './code.cjs';\n${tests}\nafterAll(() => close());`,
      ...more,
    };
    return runProject({ files, command: `node ${config} --test ${args}`, uri: replicaSetUri() });
  },
};

const own = "const { expectClean } = require('session-guard/testing');\nexpectClean();";

describe.each(Object.entries(runners))('expectClean in %s', (runner, run) => {
  test('fails a test with a misuse, with its code frame, and no other', async () => {
    const { code: exit, output } = await run({
      tests:
        "test('one is good', () => good());\ntest('one is bad', () => bad());\ntest('one is bad again', () => bad());",
    });
    expect(exit).toBe(1);
    expect(output).toContain('1 finding while the test "one is bad" ran');
    expect(output).toContain('1 finding while the test "one is bad again" ran');
    expect(output).not.toContain('"one is good" ran');
    expect(output).toContain('use-after-end: find on kit_runners.items');
    expect(output).toMatch(/> +10 \| +await items\.findOne\(/);
  });

  test('lets tests pass that are clean', async () => {
    const { code: exit, output } = await run({ tests: "test('one is good', () => good());" });
    expect(exit, output).toBe(0);
  });

  test('fails a test for its hooks', async () => {
    const { code: exit, output } = await run({
      tests: "test('one is good', () => good());\nafterEach(() => bad());",
    });
    expect(exit).toBe(1);
    expect(output).toMatch(/1 finding (while|after the end of) the test "one is good"/);
  });

  test('fails the file, and no test, for a finding before the first test', async () => {
    const { code: exit, output } = await run({
      tests: "beforeAll(() => bad());\ntest('one is good', () => good());",
    });
    expect(exit).toBe(1);
    expect(output).toContain('1 finding before the first test');
    expect(output).not.toContain('1 finding while');
  });

  test('fails the file for a finding after the last test', async () => {
    const { code: exit, output } = await run({
      tests: "test('one is good', () => good());\nafterAll(() => bad());",
    });
    expect(exit).toBe(1);
    // vitest runs its hooks backwards: there the client is closed by then, which is a finding too.
    expect(output).toMatch(/[12] findings? after the end of the test "one is good"/);
  });
});

describe.each(Object.entries(runners))('expectClean in %s', (_, run) => {
  test('fails a test that leaves a session open, and no other', async () => {
    const { code: exit, output } = await run({
      tests: `let session;
afterEach(() => session?.endSession());
test('one leaves two', () => { start(); start(); });
test('one ends it in a hook', () => { session = start(); });
test('one keeps', () => keepOne());
test('one is good', () => good());
describe('nested', () => {
  afterEach(() => session?.endSession());
  test('one leaves one', () => { start(); });
});`,
    });
    expect(exit).toBe(1);
    expect(output).toContain('session-leak: A session that was started in a test is still open');
    expect(output).toContain('1 finding while the test "one leaves two" ran');
    expect(output).toMatch(/1 finding while the test "nested(?: >)? one leaves one" ran/);
    expect(output).not.toMatch(/the test "one (?:ends|keeps|is good)/);
    expect(output).not.toContain('The client was closed');
  });
});

describe.each(Object.entries(runners))('expectClean() called in %s', (runner, run) => {
  test('is switched on by a call at the top of a test file, which finds the hooks', async () => {
    const call =
      runner === 'jest' ? own : "import { expectClean } from 'session-guard/testing';\nexpectClean();";
    const { code: exit, output } = await run({
      config: '',
      tests: `${call}\ntest('one is bad', () => bad());\ntest('one is good', () => good());`,
    });
    expect(exit).toBe(1);
    expect(output).toContain('1 finding while the test "one is bad" ran');
    expect(output).not.toContain('"one is good" ran');
  });
});

test('vitest: tests that run at once are distinguished, and a session that one has left open belongs to it', async () => {
  const { code: exit, output } = await (runners['vitest'] as (one: Case) => Promise<ProjectRun>)({
    tests: `test.concurrent('one is good', () => later(60).catch(() => {}).then(good, good));
test.concurrent('one is better', async () => { await good(); await good(); });
test('one leaves', () => { void later(30); });
test('one is slow', () => new Promise(resolve => setTimeout(resolve, 100)));`,
  });
  expect(exit).toBe(1);
  expect(output).toContain('1 finding while the test "one is good" ran\n');
  expect(output).toContain('after the end of the test "one leaves", by what it had begun');
  expect(output).not.toContain('the test "one is slow" ran');
});

test('mocha: before it has made its hooks, as with --require, they are not those of node:test', async () => {
  const { code: exit, output } = await runProject({
    files: { 'mocha.cjs': own },
    command: 'node mocha.cjs',
    uri: replicaSetUri(),
  });
  expect(exit).toBe(1);
  expect(output).toContain("with mocha's option --file");
});
