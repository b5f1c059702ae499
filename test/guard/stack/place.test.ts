import { expect, test } from 'vitest';
import {
  formatPlace,
  isForeign,
  markInternal,
  markLibrary,
  placeOf,
  rootOf,
} from '../../../src/guard/stack/place.ts';

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

test('The driver is recognised by its folder, on every system and with every package manager.', () => {
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
  expect(isForeign(new URL('../../../src/guard/events/event-pipeline.ts', import.meta.url).pathname)).toBe(
    false,
  );
  expect(isForeign(import.meta.filename)).toBe(true);
});

test('A place is written as editors and terminals understand it.', () => {
  expect(formatPlace({ file: '/app/order.js', line: 3, column: 9 })).toBe('/app/order.js:3:9');
});

const orm = '/app/node_modules/orm/';
const save = { ...siteOf('exec (/app/lib/repository.js:8:1)', 'main (/app/main.js:2:1)') };

test('What a library sends after it has waited is placed where the user called the library.', () => {
  markLibrary(orm);
  const sent = { ...siteOf(driver, library), via: save };
  expect(placeOf(sent)?.file).toBe('/app/lib/repository.js');
});

test('A hook of the user’s that a library runs is a place of its own.', () => {
  markLibrary(orm);
  const hook = 'hook (/app/hooks.js:4:1)';
  expect(placeOf({ ...siteOf(driver, hook, library), via: save })?.file).toBe('/app/hooks.js');
  expect(placeOf({ ...siteOf(driver, `async ${hook}`, library), via: save })?.file).toBe('/app/hooks.js');
});

test('The call of a library says more than the line that awaits it.', () => {
  markLibrary(orm);
  const awaited = siteOf(driver, library, 'async main (/app/main.js:9:1)');
  expect(placeOf({ ...awaited, via: save })?.file).toBe('/app/lib/repository.js');
  expect(placeOf(awaited)?.file).toBe('/app/main.js');
});

test('Calls of libraries within calls lead to the outermost that has a line of the user’s.', () => {
  markLibrary(orm);
  const inner = { ...siteOf(library), via: save };
  expect(placeOf({ ...siteOf(driver, library), via: inner })?.file).toBe('/app/lib/repository.js');
});

test('The root of a site is a library, somebody else, or not known.', () => {
  markLibrary(orm);
  expect(rootOf(siteOf(driver, app, library))).toBe('library');
  expect(rootOf(siteOf(driver, library, app))).toBe('other');
  expect(rootOf(siteOf(driver))).toBe('unknown');
});
