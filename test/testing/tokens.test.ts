import { expect, test } from 'vitest';
import { codes } from '../../src/errors/codes.ts';
import { tokenize } from '../../src/testing/trace/tokens.ts';

test('A word has a session, arguments and a place, all of which may be missing.', () => {
  expect(tokenize('s2:begin(a insert shop.orders)@pool')).toEqual([
    {
      text: 's2:begin(a insert shop.orders)',
      session: 's2',
      word: 'begin',
      args: ['a', 'insert', 'shop.orders'],
      place: 'pool',
      line: 1,
      column: 1,
    },
  ]);
  expect(tokenize('commit-fail')).toMatchObject([{ session: undefined, args: [], place: undefined }]);
});

test('Words stand on any number of lines, with their positions.', () => {
  const positions = tokenize('  start\n\n   run(a)  end\n').map(({ text, line, column }) => [
    text,
    line,
    column,
  ]);
  expect(positions).toEqual([
    ['start', 1, 3],
    ['run(a)', 3, 4],
    ['end', 3, 12],
  ]);
});

test('An empty trace has no words.', () => {
  expect(tokenize(' \n ')).toEqual([]);
});

test.each([
  ['start begin(a', 7, 'begin(a'],
  ['start !', 7, '!'],
  ['start(a)(b)', 1, 'start(a)(b)'],
  ['start s2:', 7, 's2:'],
  ['Start', 1, 'Start'],
  ['start@', 1, 'start@'],
])("In '%s' the error has the position of the fault.", (trace, column, found) => {
  expect(() => tokenize(trace)).toThrow(expect.objectContaining({ code: codes.invalidArgument }));
  expect(() => tokenize(trace)).toThrow(
    `Trace, line 1, column ${column}: '${found}' is not a word(arguments)`,
  );
});
