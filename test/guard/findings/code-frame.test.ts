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

test('A secret behind the mark does not move it.', () => {
  const line = "connect(); const password = 'hunter2';";
  expect(codeFrame({ file: sourceFile(line), line: 1, column: 1 })).toBe(
    "> 1 | connect(); const password = '***';\n    | ^",
  );
});

/** The text of the only line of a frame, and the column of its mark. */
function shown(line: string, column: number): { readonly text: string; readonly mark: number } {
  const [text = '', mark = ''] = (codeFrame({ file: sourceFile(line), line: 1, column }) ?? '').split('\n');
  const before = '> 1 | '.length;
  return { text: text.slice(before), mark: mark.indexOf('^') - before };
}

const long = Array.from({ length: 60 }, (_, index) => `call(${index + 10});`).join('');

test('Of a line of 110 columns all is shown; of a longer one 110 columns, with dots where something is left out.', () => {
  const whole = long.slice(0, 110);
  expect(shown(whole, 60)).toEqual({ text: whole, mark: 59 });
  expect(shown(long.slice(0, 111), 1)).toEqual({ text: `${whole}…`, mark: 0 });
  expect(shown(long, 301)).toEqual({ text: `…${long.slice(245, 355)}…`, mark: 56 });
  const last = long.length;
  expect(shown(long, last)).toEqual({ text: `…${long.slice(-110)}`, mark: 110 });
});

test('A line beside a long one is cut at the same columns, and a short one is empty, without dots.', () => {
  const frame = codeFrame({ file: sourceFile(long, long, 'short();'), line: 2, column: 301 });
  expect(frame?.split('\n')).toEqual([
    `  1 | …${long.slice(245, 355)}…`,
    `> 2 | …${long.slice(245, 355)}…`,
    `    | ${' '.repeat(56)}^`,
    '  3 |',
  ]);
});

test('Escaped characters make a line no longer than 110 columns.', () => {
  const { text } = shown('\u0007'.repeat(110), 1);
  expect(text).toHaveLength(110);
});

test('A secret of which only the middle is near the mark is not shown.', () => {
  const filler = 'call(1);'.repeat(100);
  const line = `${filler}'mongodb://u:${'hunter'.repeat(400)}@db/';${filler}`;
  const { text } = shown(line, filler.length + 1200);
  expect(text).toBe('…***…');
});
