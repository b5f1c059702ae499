import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testsByNeed } from '../../scripts/ci/tests-by-need.mjs';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-guard-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const childProcess = ['node', 'child_process'].join(':');
const built = ['dist', 'index.mjs'].join('/');

test('A test that reaches a server through its helpers needs more, also where these import each other.', async () => {
  await write({
    'test/setup/servers.ts': '',
    'test/one.ts': "import { b } from './two.ts';\nexport { uri } from './setup/servers.ts';",
    'test/two.ts': "import { a } from './one.ts';",
    'test/deep/direct.test.ts': "import { a } from '../one.ts';",
    'test/deep/round.test.ts': "import { b } from '../two.ts';",
    'test/own.test.ts': "import { start } from '../scripts/servers/redis/redis.mjs';",
    'test/late.test.ts': "const { start } = await import('./setup/servers.ts');",
    'scripts/servers/redis/redis.mjs': '',
  });
  expect(testsByNeed(folder)).toEqual({
    quick: [],
    replacing: [],
    full: ['test/deep/direct.test.ts', 'test/deep/round.test.ts', 'test/late.test.ts', 'test/own.test.ts'],
  });
});

test('So does a file that starts a program, or reads the built package.', async () => {
  await write({
    'test/program.test.ts': `import { spawn } from '${childProcess}';`,
    'test/built.test.ts': `import '../${built}';`,
  });
  expect(testsByNeed(folder)).toEqual({
    quick: [],
    replacing: [],
    full: ['test/built.test.ts', 'test/program.test.ts'],
  });
});

test('All others are quick.', async () => {
  await write({
    'test/helper.ts': '',
    'test/pure.test.ts': "import { a } from './helper.ts';\nimport { b } from '../src/b.ts';",
    'src/b.ts': `import { spawn } from '${childProcess}';`,
  });
  expect(testsByNeed(folder)).toEqual({ quick: ['test/pure.test.ts'], replacing: [], full: [] });
});

test('Quick tests that replace modules or globals, or reach a helper that does, are named: they cannot share a thread.', async () => {
  await write({
    'test/helper.ts': "vi.mock('./clock.ts');",
    'test/by-helper.test.ts': "import { a } from './helper.ts';",
    'test/itself.test.ts': 'vi.useFakeTimers();',
    'test/pure.test.ts': "import { b } from '../src/b.ts';",
  });
  const replacing = ['test/by-helper.test.ts', 'test/itself.test.ts'];
  expect(testsByNeed(folder)).toEqual({ quick: [...replacing, 'test/pure.test.ts'], replacing, full: [] });
});
