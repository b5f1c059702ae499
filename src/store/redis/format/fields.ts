import type { Fields } from '../../backend/session-record.ts';
import { escape, unescape } from './escape.ts';
import { misshapen } from './header.ts';

/*
 * The fields of a session are a directory, with an entry `<bytes of the text>[,<characters of the text>] <name>|` for each
 * field, and then the texts in the same order. A script finds a text by the bytes, without reading the texts; a reader cuts the
 * decoded string by the characters, which are left out if they are equal to the bytes.
 */

function entryOf(name: string, text: string): string {
  const bytes = Buffer.byteLength(text);
  const characters = bytes === text.length ? '' : `,${text.length}`;
  return `${bytes}${characters} ${escape(name)}|`;
}

/** The directory and the texts, as they are stored behind the header. */
export function packed(fields: Fields): string {
  let directory = '';
  let texts = '';
  for (const [name, text] of fields) {
    directory += entryOf(name, text);
    texts += text;
  }
  return `${directory}\n${texts}`;
}

/** @param from the start of the directory */
export function fieldsFrom(value: string, from: number): Map<string, string> {
  const fields = new Map<string, string>();
  const end = value.indexOf('\n', from);
  if (end < 0) throw misshapen();
  let text = end + 1;
  for (let at = from; at < end; ) {
    const entry = entryAt(value, at);
    fields.set(entry.name, value.slice(text, text + entry.length));
    text += entry.length;
    at = entry.end;
  }
  if (text !== value.length) throw misshapen();
  return fields;
}

interface Entry {
  readonly name: string;
  /** The length of the text, in characters. */
  readonly length: number;
  /** The start of the next entry. */
  readonly end: number;
}

const zero = 48;
const nine = 57;
const comma = 44;
const space = 32;

/** Digit by digit: this is done for every field of every read. */
function entryAt(value: string, from: number): Entry {
  let length = 0;
  let at = from;
  for (let code = value.charCodeAt(at); code !== space; at += 1, code = value.charCodeAt(at)) {
    if (code >= zero && code <= nine) length = length * 10 + code - zero;
    else if (code === comma) length = 0;
    else throw misshapen();
  }
  const bar = value.indexOf('|', at);
  if (bar < 0) throw misshapen();
  return { name: unescape(value.slice(at + 1, bar)), length, end: bar + 1 };
}
