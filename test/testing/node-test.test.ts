import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'session-guard-node-test-'));

/** The package as JavaScript, for a runner that takes nothing else. */
function transpileSources(): void {
  const options = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
    rewriteRelativeImportExtensions: true,
    verbatimModuleSyntax: true,
  };
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const fileName = join(root, 'src', name);
    const to = join(folder, 'src', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(to), { recursive: true });
    const source = readFileSync(fileName, 'utf8');
    writeFileSync(to, ts.transpileModule(source, { fileName, compilerOptions: options }).outputText);
  }
}

beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  transpileSources();
});

afterAll(() => rmSync(folder, { recursive: true }));

test("A suite runs under Node's own test runner.", () => {
  const file = join(folder, 'rule.test.js');
  writeFileSync(
    file,
    `import { describe, it } from 'node:test';
    import { useAfterEnd } from './src/guard/rules/session/use-after-end.js';
    import { testRule } from './src/testing/index.js';
    testRule(useAfterEnd, {
      valid: ['start run(a) end', { name: 'wrong', trace: 'start end begin(a)' }],
      invalid: [{ trace: 'start end begin(a)', findings: [{ messageId: 'operation' }] }],
    }, { describe, it });`,
  );
  // Under this runner the tests of a child would report to it instead of being counted.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout, status } = spawnSync(process.execPath, ['--test-reporter=tap', '--test', file], {
    encoding: 'utf8',
    env,
  });
  expect(stdout).toMatch(/^\s+ok 1 - is silent on: start run\(a\) end$/m);
  expect(stdout).toMatch(/^\s+not ok 2 - wrong$/m);
  expect(stdout).toMatch(/^\s+ok 3 - fires on: start end begin\(a\)$/m);
  expect(status).toBe(1);
});
