import type { Fields } from '../../backend/session-record.ts';
import { escape, unescape } from './escape.ts';
import { misshapen } from './header.ts';

/*
 * A field is `<length of the name>,<bytes of the text>[,<characters of the text>];<name><text>`: a script steps over it by the
 * bytes, and a reader cuts the decoded string by the characters, which are left out where they are as many.
 */

export function fieldText(name: string, text: string): string {
  const stored = escape(name);
  const bytes = Buffer.byteLength(text);
  const characters = bytes === text.length ? '' : `,${text.length}`;
  return `${stored.length},${bytes}${characters};${stored}${text}`;
}

export function fieldsText(fields: Fields): string {
  let all = '';
  for (const [name, text] of fields) all += fieldText(name, text);
  return all;
}

/** @param from where the first field begins */
export function fieldsFrom(value: string, from: number): Map<string, string> {
  const fields = new Map<string, string>();
  for (let at = from; at < value.length; ) {
    const lengths = lengthsAt(value, at);
    const text = lengths.end + lengths.name;
    at = text + lengths.text;
    if (at > value.length) throw misshapen();
    fields.set(unescape(value.slice(lengths.end, text)), value.slice(text, at));
  }
  return fields;
}

interface Lengths {
  readonly name: number;
  /** In characters. */
  readonly text: number;
  /** Where the name begins. */
  readonly end: number;
}

const zero = 48;
const nine = 57;
const comma = 44;
const semicolon = 59;

/** Digit by digit: this is done for every field of every read. */
function lengthsAt(value: string, from: number): Lengths {
  let name = -1;
  let number = 0;
  for (let at = from; ; at += 1) {
    const code = value.charCodeAt(at);
    if (code >= zero && code <= nine) number = number * 10 + code - zero;
    else if (code === semicolon && name >= 0) return { name, text: number, end: at + 1 };
    else if (code === comma) {
      if (name < 0) name = number;
      number = 0;
    } else throw misshapen();
  }
}
