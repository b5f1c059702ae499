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

/** The block around `here()` in a program of one line. */
function around(program: string): string | undefined {
  const column = program.indexOf('here()') + 1;
  return blockAround({ file: sourceFile('// 1', program, '// 3'), line: 2, column }, ends);
}

test.each([
  [
    '{ if (a) { b(); } here(); if (c) { d(); } end(); }',
    '{ if (a) { b(); } here(); if (c) { d(); } end(); }',
  ],
  ['{ end(); } { here(); end(); } { end(); }', '{ here(); end(); }'],
  ['{ { end(); } { { here(); } } }', '{ { end(); } { { here(); } } }'],
  [
    '{ a({ b: {} }); here(); c({ d: {} }); end(); } after();',
    '{ a({ b: {} }); here(); c({ d: {} }); end(); }',
  ],
  ['f({here(); end();})', '{here(); end();}'],
])('braces beside the place are other blocks: %s', (program, block) => {
  expect(around(program)).toBe(block);
});

test('a comment or a text is as long as it was', () => {
  expect(around("{ a('}}'); here(); /* } */ end(); }")).toBe('{ a(    ); here();         end(); }');
});

test('a bundle of more than 500 kB is not read', () => {
  const code = '{ here(); end(); }';
  // With the end of its line the code has 19 characters.
  const [most, more] = [499_981, 499_982].map(rest => sourceFile(code, '/'.repeat(rest)));
  expect(blockAround({ file: most ?? '', line: 1, column: 3 }, ends)).toBeDefined();
  expect(blockAround({ file: more ?? '', line: 1, column: 3 }, ends)).toBeUndefined();
});

test('the last line of a file is one of its lines', () => {
  expect(blockAround({ file: sourceFile('{', 'here(); end(); }'), line: 2, column: 1 }, ends)).toBeDefined();
  expect(blockAround({ file: sourceFile('{ end();', '}'), line: 3, column: 1 }, ends)).toBeUndefined();
});
