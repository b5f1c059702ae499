import { expect, test } from 'vitest';
import { formatPlace, isForeign, markInternal, placeOf } from '../../src/report/place.ts';

function siteOf(...frames: string[]) {
  return { stack: ['Error', ...frames.map(frame => `    at ${frame}`)].join('\n') };
}

const app = 'place (/app/order.js:3:9)';
const driver = 'insertOne (/app/node_modules/mongodb/lib/collection.js:155:16)';
const library = 'save (/app/node_modules/orm/lib/model.js:7:1)';

test('The place is the innermost line of the user’s own code.', () => {
  const place = placeOf(siteOf('node:internal/timers:1:1', driver, library, app, 'main (/app/main.js:1:1)'));
  expect(place).toEqual({ file: '/app/order.js', line: 3, column: 9 });
});

test('Where no line is the user’s own, it is that of the dependency that called the driver.', () => {
  expect(placeOf(siteOf(driver, library))?.file).toBe('/app/node_modules/orm/lib/model.js');
});

test('There is no place without a stack, or in a stack of the driver’s and Node’s own frames.', () => {
  expect(placeOf(undefined)).toBeUndefined();
  expect(placeOf({})).toBeUndefined();
  expect(placeOf(siteOf('node:internal/timers:1:1', driver))).toBeUndefined();
});

test('The driver is told by its folder, on every system and with every package manager.', () => {
  expect(isForeign(String.raw`C:\app\node_modules\mongodb\lib\cursor.js`)).toBe(false);
  expect(isForeign('/app/node_modules/.pnpm/mongodb@7.8.0/node_modules/mongodb/lib/cursor.js')).toBe(false);
  expect(isForeign('/app/node_modules/mongodb-memory-server/index.js')).toBe(true);
});

test('A folder can be marked as one whose lines are never the user’s.', () => {
  const file = '/elsewhere/driver-copy/lib/cursor.js';
  expect(isForeign(file)).toBe(true);
  markInternal('/elsewhere/driver-copy/');
  expect(isForeign(file)).toBe(false);
});

test('This package’s own lines are never the user’s.', () => {
  expect(isForeign(new URL('../../src/session/spine.ts', import.meta.url).pathname)).toBe(false);
  expect(isForeign(import.meta.filename)).toBe(true);
});

test('A place is written as editors and terminals understand it.', () => {
  expect(formatPlace({ file: '/app/order.js', line: 3, column: 9 })).toBe('/app/order.js:3:9');
});
