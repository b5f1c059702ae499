import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';
import plugin from '../../src/eslint/index.ts';

// Packages that work with sessions and clients of their own: the code of the driver itself looks like every mistake.
const packages = ['mongodb/lib', 'mongoose/lib', '@nestjs/mongoose/dist'];

const words = /startSession|withTransaction|ClientSession|MongoClient|createConnection/;

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.js'))
    .map(file => join(folder, file))
    .filter(file => words.test(readFileSync(file, 'utf8')));
}

function alarmsIn(file: string): readonly string[] {
  const code = readFileSync(file, 'utf8');
  const config: Linter.Config = {
    ...plugin.configs.all,
    languageOptions: { sourceType: /^(?:import|export)\b/m.test(code) ? 'module' : 'commonjs' },
  };
  // Comments in them speak of rules of other plugins.
  const options = { filename: 'package.js', allowInlineConfig: false, reportUnusedDisableDirectives: false };
  return new Linter()
    .verify(code, [config], options)
    .map(({ line, ruleId, message }) => `${file}:${line} ${ruleId} ${message}`);
}

describe.each(packages)('%s', name => {
  test('gives no alarm', () => {
    const files = filesOf(join('node_modules', name));
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(alarmsIn)).toEqual([]);
  });
});
