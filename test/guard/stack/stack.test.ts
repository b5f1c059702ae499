import { expect, test } from 'vitest';
import { parseStack } from '../../../src/guard/stack/stack.ts';

const frameOf = (line: string) => parseStack(`Error: boom\n    at ${line}`)[0];

test.each([
  [
    'a function in a file',
    'place (/app/order.js:3:9)',
    { file: '/app/order.js', line: 3, column: 9, name: 'place' },
  ],
  ['no function', '/app/order.js:3:9', { file: '/app/order.js', line: 3, column: 9, name: undefined }],
  [
    'a method with an alias',
    'Orders.place [as run] (/app/order.js:3:9)',
    { file: '/app/order.js', name: 'Orders.place [as run]' },
  ],
  ['a constructor', 'new Orders (/app/order.js:3:9)', { file: '/app/order.js', name: 'new Orders' }],
  [
    'an anonymous function',
    'Object.<anonymous> (/app/order.js:3:9)',
    { file: '/app/order.js', name: 'Object.<anonymous>' },
  ],
  ['an async function', 'async place (/app/order.js:3:9)', { file: '/app/order.js', name: 'place' }],
  [
    'an async frame without a function',
    'async /app/order.js:3:9',
    { file: '/app/order.js', line: 3, column: 9 },
  ],
  ['an ES module', 'place (file:///app/order.mjs:3:9)', { file: '/app/order.mjs', line: 3, column: 9 }],
  ['an ES module without a function', 'file:///app/order.mjs:3:9', { file: '/app/order.mjs' }],
  ['an async ES module', 'async file:///app/order.mjs:3:9', { file: '/app/order.mjs' }],
  ['a URL with escapes', 'place (file:///my%20app/%C3%A4.mjs:3:9)', { file: '/my app/ä.mjs' }],
  ['a URL with a query', 'place (file:///app/order.mjs?v=2:3:9)', { file: '/app/order.mjs', line: 3 }],
  [
    'a Windows path',
    String.raw`place (C:\app\order.js:3:9)`,
    { file: String.raw`C:\app\order.js`, line: 3, column: 9 },
  ],
  [
    'a Windows path with a space',
    String.raw`C:\my app\order.js:3:9`,
    { file: String.raw`C:\my app\order.js` },
  ],
  ['a Windows URL', 'place (file:///C:/app/order.mjs:3:9)', { file: 'C:/app/order.mjs', line: 3 }],
  [
    'a module of Node',
    'node:internal/process/task_queues:95:5',
    { file: 'node:internal/process/task_queues' },
  ],
  ['a path with a space', 'place (/my app/order.js:3:9)', { file: '/my app/order.js', name: 'place' }],
  [
    'a folder in parentheses',
    'place (/app/(shop)/page.js:3:9)',
    { file: '/app/(shop)/page.js', line: 3, name: 'place' },
  ],
  [
    'a folder in parentheses, without a function',
    '/app/(shop)/page.js:3:9',
    { file: '/app/(shop)/page.js', line: 3 },
  ],
  [
    'a Windows folder in parentheses',
    String.raw`place (C:\Program Files (x86)\order.js:3:9)`,
    { file: String.raw`C:\Program Files (x86)\order.js` },
  ],
  [
    'an ES module in a folder in parentheses',
    'async place (file:///app/(shop)/page.mjs:3:9)',
    { file: '/app/(shop)/page.mjs', name: 'place' },
  ],
])('Read is %s.', (_, line, frame) => {
  expect(frameOf(line)).toMatchObject(frame);
});

test.each([['async Promise.all (index 0)'], ['<anonymous>'], ['JSON.parse (<anonymous>)'], ['native']])(
  "Not a place of code is '%s'.",
  line => {
    expect(frameOf(line)).toBeUndefined();
  },
);

test('A message of several lines is not taken for frames.', () => {
  expect(parseStack('Error: expected\nline 3:9\n  not /a.js:1:2\n    at f (/b.js:1:2)')).toHaveLength(1);
});

test('No stack has no frames.', () => {
  expect(parseStack(undefined)).toEqual([]);
  expect(parseStack('')).toEqual([]);
});

test('A stack of this process is read as a whole.', () => {
  const [first] = parseStack(new Error('here').stack);
  expect(first?.file).toBe(import.meta.filename);
});

test('A URL that cannot be decoded is not a reason to throw.', () => {
  expect(() => frameOf('place (file:///app/100%.mjs:3:9)')).not.toThrow();
});
