import { expect, test } from 'vitest';
import { isAllowedByComment } from '../../../src/guard/findings/frame/allow-comment.ts';
import { sourceLines } from '../../../src/guard/findings/frame/code-frame.ts';

function allowed(rule: string, line: number, ...lines: string[]): boolean {
  return isAllowedByComment(rule, lines, line);
}

test('A comment on the line allows its rule there.', () => {
  expect(allowed('use-after-end', 1, 'a(); // session-guard-allow use-after-end -- it is a test')).toBe(true);
});

test('A comment on the line above allows it, one further up or below does not.', () => {
  const comment = '// session-guard-allow use-after-end -- it is a test';
  expect(allowed('use-after-end', 2, comment, 'a();')).toBe(true);
  expect(allowed('use-after-end', 3, comment, 'a();', 'b();')).toBe(false);
  expect(allowed('use-after-end', 1, 'a();', comment)).toBe(false);
});

test('Another rule is not allowed by it, nor one whose id begins alike.', () => {
  const line = 'a(); // session-guard-allow use-after-end -- it is a test';
  expect(allowed('open-cursor', 1, line)).toBe(false);
  expect(allowed('use-after', 1, line)).toBe(false);
  expect(allowed('use-after-end-of-all', 1, line)).toBe(false);
});

test('Several rules are named with commas.', () => {
  const line = 'a(); // session-guard-allow open-cursor, use-after-end -- it is a test';
  expect(allowed('open-cursor', 1, line)).toBe(true);
  expect(allowed('use-after-end', 1, line)).toBe(true);
  const close = 'a(); // session-guard-allow open-cursor,use-after-end -- it is a test';
  expect(allowed('use-after-end', 1, close)).toBe(true);
});

test('Without a reason it does not count.', () => {
  expect(allowed('use-after-end', 1, 'a(); // session-guard-allow use-after-end')).toBe(false);
  expect(allowed('use-after-end', 1, 'a(); // session-guard-allow use-after-end --')).toBe(false);
  expect(allowed('use-after-end', 1, 'a(); // session-guard-allow use-after-end -- ')).toBe(false);
});

test('A block comment works as well.', () => {
  expect(allowed('use-after-end', 1, 'a(); /* session-guard-allow use-after-end -- it is a test */')).toBe(
    true,
  );
});

test('A file that cannot be read allows nothing.', () => {
  expect(isAllowedByComment('use-after-end', sourceLines('/does/not/exist.js'), 1)).toBe(false);
});
