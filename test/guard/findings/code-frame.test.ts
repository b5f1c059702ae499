import { expect, test } from 'vitest';
import { codeFrame, sourceLines } from '../../../src/guard/findings/frame/code-frame.ts';
import { sourceFile } from './source-file.ts';

const numbered = Array.from({ length: 12 }, (_, index) => `line(${index + 1});`);

test('Two lines before and after are shown, with a mark under the column.', () => {
  const file = sourceFile(...numbered);
  expect(codeFrame({ file, line: 9, column: 5 })).toBe(
    [
      '   7 | line(7);',
      '   8 | line(8);',
      '>  9 | line(9);',
      '     |     ^',
      '  10 | line(10);',
      '  11 | line(11);',
    ].join('\n'),
  );
});

test('At the beginning and the end of a file there are fewer lines.', () => {
  const file = sourceFile(...numbered.slice(0, 2));
  expect(codeFrame({ file, line: 1, column: 1 })).toBe('> 1 | line(1);\n    | ^\n  2 | line(2);');
  expect(codeFrame({ file, line: 2, column: 1 })).toBe('  1 | line(1);\n> 2 | line(2);\n    | ^');
});

test('Empty lines leave no spaces at their end.', () => {
  const file = sourceFile('', 'a();', '');
  expect(codeFrame({ file, line: 2, column: 1 })).toBe('  1 |\n> 2 | a();\n    | ^\n  3 |');
});

test('There is no frame for a file that cannot be read, or that has changed since.', () => {
  expect(codeFrame({ file: '/does/not/exist.js', line: 1, column: 1 })).toBeUndefined();
  expect(codeFrame({ file: sourceFile('a();'), line: 2, column: 1 })).toBeUndefined();
  expect(sourceLines('')).toBeUndefined();
});

test('Both kinds of line ends are understood.', () => {
  expect(sourceLines(sourceFile('a();\r', 'b();'))).toEqual(['a();', 'b();']);
});

test('A password in the source is not shown, and the mark stays under its column.', () => {
  const line = "const orders = new MongoClient('mongodb://root:hunter2@db/').db().collection('orders');";
  const file = sourceFile("const other = 'mongodb://u:p@db/';", line);
  expect(codeFrame({ file, line: 2, column: line.indexOf('.db()') + 1 })).toBe(
    [
      "  1 | const other = 'mongodb://***@db/';",
      "> 2 | const orders = new MongoClient('mongodb://***@db/').db().collection('orders');",
      `    | ${' '.repeat("const orders = new MongoClient('mongodb://***@db/')".length)}^`,
    ].join('\n'),
  );
});
