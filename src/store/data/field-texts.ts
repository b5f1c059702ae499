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
      `The session's field ${shown(name)} cannot be stored: it is no JSON. Nothing was written; the cause says why.`,
      cause,
    );
  }
}

/** A name that the program was written with. One that is made of data stays out of errors. */
function shown(name: string): string {
  return /^[A-Za-z_$][\w$]{0,40}$/.test(name) ? `'${name}'` : '(whose name may be data)';
}

/**
 * Each call makes another object: callers never share one. All fields are parsed at once, which takes half the time of one by
 * one.
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
      return unreadable('A stored session is sealed: give this store keys.data and `encrypt`, too.');
    if (!isJSON(text)) return unreadable(`The session's stored field ${shown(name)} is no JSON.`, cause);
  }
  return unreadable('The stored fields of a session are no JSON.', cause);
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

/** What has to be written so that `before` becomes `after`. */
export function differenceOf(before: Fields, after: Fields): Difference {
  const set = new Map([...after].filter(([name, text]) => before.get(name) !== text));
  const unset = [...before.keys()].filter(name => !after.has(name));
  return { set, unset };
}
