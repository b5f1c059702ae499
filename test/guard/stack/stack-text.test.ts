import { afterEach, expect, test } from 'vitest';
import { captureSite } from '../../../src/guard/scope/site-capture.ts';
import { placeOf } from '../../../src/guard/stack/place.ts';
import { stackText } from '../../../src/guard/stack/stack-text.ts';

// oxlint-disable-next-line typescript/unbound-method -- it is put back, not called
const { prepareStackTrace } = Error;

afterEach(() => {
  if (prepareStackTrace === undefined) delete (Error as Partial<ErrorConstructor>).prepareStackTrace;
  else Error.prepareStackTrace = prepareStackTrace;
});

function failing({ message }: Error) {
  return message.split('\n');
}

function here() {
  return captureSite(here);
}

test('A place is found where the program has `Error.prepareStackTrace` return the call sites.', () => {
  Error.prepareStackTrace = (_error, sites) => sites;
  expect(placeOf(here())?.file).toBe(import.meta.filename);
});

test("A place is found where the program's `Error.prepareStackTrace` fails for a value that is not an error; the hook stays.", () => {
  Error.prepareStackTrace = failing;
  expect(placeOf(here())?.file).toBe(import.meta.filename);
  expect(Reflect.get(Error, 'prepareStackTrace')).toBe(failing);
});

test('A stack that is not a text is none.', () => {
  expect(stackText({})).toBeUndefined();
  expect(stackText({ stack: 7 })).toBeUndefined();
});
