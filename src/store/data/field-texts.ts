import type { Fields } from '../backend/session-record.ts';
import { unreadable, unstorable } from '../errors.ts';
import { sealedForm } from './sealed-form.ts';

/** The JSON text of each top-level field; what is undefined is left out, as JSON does. */
export function textsOf(data: object): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(data)) {
    if (!name.isWellFormed())
      throw unstorable('A field of the session has a name with half a character, which no store keeps.');
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
      `The session's field '${name}' cannot be stored: it is no JSON. Nothing was written; the cause says why.`,
      cause,
    );
  }
}

/** Each call makes another object: callers never share one. */
export function dataOf(texts: Fields): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const [name, text] of texts) {
    if (name === '__proto__') define(data, name, parse(name, text));
    else data[name] = parse(name, text);
  }
  return data;
}

/** As a property of its own: an assignment would change what the object inherits from. */
function define(data: object, name: string, value: unknown): void {
  Object.defineProperty(data, name, { value, enumerable: true, configurable: true, writable: true });
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (sealedForm.test(text))
      throw unreadable('A stored session is sealed: give this store keys.data and `encrypt`, too.');
    throw unreadable(`The session's stored field '${name}' is no JSON.`, cause);
  }
}

export interface Difference {
  readonly set: Map<string, string>;
  readonly unset: string[];
}

/** What has to be written so that `before` becomes `after`. */
export function differenceOf(before: Fields, after: Fields): Difference {
  const set = new Map([...after].filter(([name, text]) => before.get(name) !== text));
  const unset = [...before.keys()].filter(name => !after.has(name));
  return { set, unset };
}
