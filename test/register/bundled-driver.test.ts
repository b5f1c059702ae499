import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { programFile, runPreloaded } from './support/run-preloaded.ts';

const flavours: readonly ({ readonly how: string } & BuildOptions)[] = [
  { how: 'CommonJS', format: 'cjs', outExtension: { '.js': '.cjs' } },
  { how: 'CommonJS, minified', format: 'cjs', minify: true, outExtension: { '.js': '.cjs' } },
  {
    how: 'an ES module',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  },
];

test.each(flavours)(
  'a driver that is bundled into $how is said to be unseen, once',
  async ({ how, ...options }) => {
    const folder = mkdtempSync(join(tmpdir(), `session-guard-bundle-${how.replaceAll(/\W+/g, '-')}-`));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await build({
      entryPoints: [programFile('misuse.cjs')],
      bundle: true,
      platform: 'node',
      outdir: folder,
      logLevel: 'error',
      ...options,
    });
    const bundle = join(folder, `misuse${options.outExtension?.['.js'] ?? '.js'}`);
    const run = await runPreloaded({ program: [bundle], env: { SESSION_GUARD_EXIT: '1' } });
    expect(run).toMatchObject({ code: 0, stdout: 'MongoExpiredSessionError\n' });
    expect(run.stderr.match(/SESSION_GUARD_REDUCED_COVERAGE/g)).toHaveLength(1);
    expect(run.stderr).toContain(bundle);
  },
);

test('a program that names errors of the driver and opens connections of its own is not taken for a bundle', async () => {
  const run = await runPreloaded({ program: [programFile('names-of-errors.mjs')] });
  expect(run).toMatchObject({ code: 0, stdout: 'connected\n', stderr: '' });
});
