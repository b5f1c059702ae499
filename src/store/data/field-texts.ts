import type { Fields } from '../backend/session-record.ts';
import { unreadable, unstorable } from '../errors.ts';
import { sealedForm } from '../crypto/seal.ts';
import { types } from 'node:util';
import { invalidArgument } from '../../errors/errors.ts';

/** The JSON text of each top-level field; undefined fields are left out, as in JSON. */
export function textsOf(data: object): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(data)) {
    if (!name.isWellFormed())
      throw unstorable(
        'A field of the session has a name with half of a surrogate pair, which no store can keep.',
      );
    const text = textOf(name, value);
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNSTORABLE: a BigInt, a circle */
function textOf(name: string, value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw unstorable(
      `The session's field ${shown(name)} cannot be stored: it is not valid JSON. Nothing was written; the cause says why.`,
      cause,
    );
  }
}

/** The name for an error, if it looks like a name in the source code. A name that may be data is not shown. */
function shown(name: string): string {
  return /^[A-Za-z_$][\w$]{0,40}$/.test(name) ? `'${name}'` : '(whose name may be data)';
}

/**
 * Each call creates a new object, so callers never share one. All fields are parsed at once, which takes half the time of
 * parsing one by one.
 */
export function dataOf(texts: Fields): Record<string, unknown> {
  const members: string[] = [];
  for (const [name, text] of texts) members.push(`${JSON.stringify(name)}:${text}`);
  try {
    return JSON.parse(`{${members.join(',')}}`) as Record<string, unknown>;
  } catch (cause) {
    throw unparsable(texts, cause);
  }
}

function unparsable(texts: Fields, cause: unknown): Error {
  for (const [name, text] of texts) {
    if (sealedForm.test(text))
      return unreadable('A stored session is sealed: give this store its keys.data, too.');
    if (!isJSON(text))
      return unreadable(`The session's stored field ${shown(name)} is not valid JSON.`, cause);
  }
  return unreadable('The stored fields of a session are not JSON.', cause);
}

function isJSON(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export interface Difference {
  readonly set: Map<string, string>;
  readonly unset: string[];
}

/** The changes that turn `before` into `after`. */
export function differenceOf(before: Fields, after: Fields): Difference {
  const set = new Map([...after].filter(([name, text]) => before.get(name) !== text));
  const unset = [...before.keys()].filter(name => !after.has(name));
  return { set, unset };
}

/** Kinds of objects of which JSON stores nothing, or no fields. */
const withoutFields: readonly (readonly [is: (value: unknown) => boolean, what: string])[] = [
  [Array.isArray, 'a list'],
  [types.isPromise, 'a promise: await is missing before it'],
  [types.isMap, 'a Map: give Object.fromEntries(map)'],
  [types.isSet, 'a Set'],
  [types.isDate, 'a Date'],
  [value => ArrayBuffer.isView(value), 'a Buffer'],
];

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT for a value without fields to store */
export function checkData<D extends object>(data: D): D {
  if (typeof data !== 'object' || data === null) throw notData(data === null ? 'null' : typeof data);
  if (Object.getPrototypeOf(data) === Object.prototype) return data;
  const kind = withoutFields.find(([is]) => is(data));
  if (kind !== undefined) throw notData(kind[1]);
  return data;
}

function notData(what: string): Error {
  return invalidArgument(`The data of a session must be an object with fields, not ${what}.`);
}
