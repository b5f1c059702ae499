import { type Address, decodePart, encodePart, partEnd } from './partition.ts';

// checkpoint  c!<namespace>!<id>!~
// writes      c!<namespace>!<id>!w!<task>!<slot>
// blob        b!<namespace>!<id>!<digest>!<part>
// fence       f
// `~` is behind `w`: read backwards, a checkpoint comes before its writes, and those before the next older checkpoint.

const header = '~';

export const fenceKey = 'f';
export const allCheckpoints = key('c');

export function checkpointsIn(ns: string): string {
  return key('c', ns);
}

/** The prefix of all items of a checkpoint, except blobs. */
export function checkpointAt({ ns, id }: Omit<Address, 'thread'>): string {
  return key('c', ns, id);
}

/** The end of the range of a namespace's checkpoints that are older than this one. */
export function endBefore(ns: string, id: string): string {
  return checkpointsIn(ns) + encodePart(id);
}

export function headerKey(address: Omit<Address, 'thread'>): string {
  return checkpointAt(address) + header;
}

/** The prefix of all writes of a checkpoint. */
export function writesOf(address: Omit<Address, 'thread'>): string {
  return checkpointAt(address) + key('w');
}

export function writeKey(address: Address, task: string, slot: string): string {
  return writesOf(address) + key(task) + slot;
}

const partDigits = 4;

/** The prefix of all blobs that were first written for a checkpoint. */
export function blobsOf({ ns, id }: Omit<Address, 'thread'>): string {
  return key('b', ns, id);
}

export function blobKey(ns: string, id: string, name: string, part: number): string {
  return blobsOf({ ns, id }) + key(name) + String(part).padStart(partDigits, '0');
}

const afterPartEnd = '"';

/** A key above all keys with this prefix, and below all other higher keys; not longer than the prefix. */
export function endOf(parts: string): string {
  return parts.slice(0, -partEnd.length) + afterPartEnd;
}

/** The kind of an item, from its sort key. */
export interface ParsedKey {
  readonly kind: 'checkpoint' | 'writes' | 'blob' | 'fence';
  readonly ns: string;
  /** The id of its checkpoint. */
  readonly id: string;
  /** For writes: the task that made them. */
  readonly task: string;
  readonly slot: string;
}

/** @returns undefined for an item that does not belong to this package */
export function parseKey(sortKey: string): ParsedKey | undefined {
  const [section, ns = '', id = '', what = '', task = '', slot = ''] = sortKey.split(partEnd);
  const kind = kindOf(sortKey, section, what);
  return kind && { kind, ns: decodePart(ns), id: decodePart(id), task: decodePart(task), slot };
}

function kindOf(sortKey: string, section: string | undefined, what: string): ParsedKey['kind'] | undefined {
  if (sortKey === fenceKey) return 'fence';
  if (section === 'b') return 'blob';
  if (section !== 'c') return undefined;
  if (what === header) return 'checkpoint';
  return what === 'w' ? 'writes' : undefined;
}

function key(...parts: readonly string[]): string {
  return parts.map(part => encodePart(part) + partEnd).join('');
}
