import { expect, test } from 'vitest';
import { blockAround } from '../../../src/guard/findings/frame/source-block.ts';
import { sourceFile } from './source-file.ts';

const ends = /end\(/;

test('the smallest block that holds it, without comments and strings', () => {
  const file = sourceFile(
    'function other() { commit(); end(); }',
    'function save() {',
    '  try {',
    '    start(); // commit()',
    "    write('commit(); }', `commit() {`); /* commit() */",
    '  } finally {',
    '    end();',
    '  }',
    '}',
  );
  const block = blockAround({ file, line: 4, column: 5 }, ends);
  expect(block).toMatch(/^\{\s+try[^]*end\(\);\s+\}\s+\}$/);
  expect(block).not.toContain('commit');
});

test('the whole file for code outside of all blocks', () => {
  const file = sourceFile('start();', 'if (right) { commit(); }', 'end();');
  expect(blockAround({ file, line: 1, column: 1 }, ends)).toContain('commit');
});

test.each([
  ['nothing holds it', ['start();']],
  ['braces do not match', ['} } start(); } } {']],
  ['the line is none of the file', []],
])('nothing where %s', (_title, lines) => {
  expect(blockAround({ file: sourceFile(...lines), line: 2, column: 7 }, ends)).toBeUndefined();
});

test('nothing where the file cannot be read', () => {
  expect(blockAround({ file: '/no/such/file.js', line: 1, column: 1 }, ends)).toBeUndefined();
});
