/** Follows every part of a sort key, and occurs in none. */
export const partEnd = '!';

const escape = '"';
const shift = 0x40;
const upToEscape = /[^#-\u{10ffff}]/gu;

/**
 * A part of a sort key: encodes any text without `!`, and keeps the order of texts (by code points), also if one text is the
 * prefix of another. Texts that LangGraph itself makes do not change.
 */
export function encodePart(text: string): string {
  return text.replace(upToEscape, character => escape + String.fromCharCode(character.charCodeAt(0) + shift));
}

export function decodePart(part: string): string {
  return part.replace(/"(.)/gsu, (_, character: string) =>
    String.fromCharCode(character.charCodeAt(0) - shift),
  );
}

/**
 * The partition of a thread: its id, after the saver's prefix if there is one. Different pairs of prefix and id never give the
 * same partition.
 */
export function partitionOf(prefix: string, thread: string): string {
  return prefix === '' && !thread.includes(partEnd) ? thread : encodePart(prefix) + partEnd + thread;
}

/** @returns undefined for a partition of another prefix */
export function threadOf(prefix: string, partition: string): string | undefined {
  const end = partition.indexOf(partEnd);
  const [its, thread] =
    end < 0 ? ['', partition] : [decodePart(partition.slice(0, end)), partition.slice(end + 1)];
  return its === prefix ? thread : undefined;
}

/** A namespace of a thread. */
export interface Place {
  readonly thread: string;
  readonly ns: string;
}

/** A checkpoint. */
export interface Address extends Place {
  readonly id: string;
}
