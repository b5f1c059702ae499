// @ts-check
// node bench/eslint/run.mjs [folder]
// What the plugin costs beside typed linting of the same files, in one process: the ratio of the two, after a warm-up.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import typescriptEslint from '@typescript-eslint/eslint-plugin';
import * as parser from '@typescript-eslint/parser';
import { ESLint } from 'eslint';
import sessionGuard from '../../dist/eslint.mjs';

const folder = resolve(process.argv[2] ?? 'test/real');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => join(folder, file));

/** @param {import('eslint').Linter.Config[]} configs */
async function secondsOf(configs) {
  const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: configs });
  await eslint.lintFiles(files.slice(0, 1));
  const start = process.hrtime.bigint();
  const results = await eslint.lintFiles(files);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const broken = results.flatMap(({ messages }) => messages).find(({ fatal }) => fatal === true);
  if (broken !== undefined) throw new Error(broken.message);
  return seconds;
}

const pattern = { files: ['**/*.ts'] };
const untyped = { ...pattern, languageOptions: { parser } };
const parserOptions = { projectService: true, tsconfigRootDir: process.cwd() };
const typed = { ...pattern, languageOptions: { parser, parserOptions } };
const promises = {
  ...pattern,
  // Its rules are of the types of another package, as those of every plugin of it.
  plugins: { promises: /** @type {never} */ (typescriptEslint) },
  rules: { 'promises/no-floating-promises': 'error', 'promises/no-misused-promises': 'error' },
};
const guard = { ...pattern, ...sessionGuard.configs.recommended };

const parsed = await secondsOf([untyped]);
const guarded = await secondsOf([untyped, guard]);
const withTypes = await secondsOf([typed, /** @type {never} */ (promises)]);
const lines = {
  'parser alone': parsed,
  'with session-guard': guarded,
  'typed rules for promises': withTypes,
};
for (const [name, seconds] of Object.entries(lines)) {
  console.log(`${name.padEnd(30)} ${(seconds / parsed).toFixed(2)} × the parser alone`);
}
console.log(`${files.length} files`);
