import { decodePart, encodePart, partEnd } from './encode-part.ts';
import type { Address } from './places.ts';

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

/** What all items of a checkpoint begin with, apart from blobs. */
export function checkpointAt({ ns, id }: Omit<Address, 'thread'>): string {
  return key('c', ns, id);
}

/** Where a namespace's checkpoints older than this one end. */
export function endBefore(ns: string, id: string): string {
  return checkpointsIn(ns) + encodePart(id);
}

export function headerKey(address: Omit<Address, 'thread'>): string {
  return checkpointAt(address) + header;
}

/** What all writes of a checkpoint begin with. */
export function writesOf(address: Omit<Address, 'thread'>): string {
  return checkpointAt(address) + key('w');
}

export function writeKey(address: Address, task: string, slot: string): string {
  return writesOf(address) + key(task) + slot;
}

const partDigits = 4;

/** What all blobs that were first written for a checkpoint begin with. */
export function blobsOf({ ns, id }: Omit<Address, 'thread'>): string {
  return key('b', ns, id);
}

export function blobKey(ns: string, id: string, name: string, part: number): string {
  return blobsOf({ ns, id }) + key(name) + String(part).padStart(partDigits, '0');
}

const afterPartEnd = '"';

/** Above all keys that begin with this one, and below all others above it; no longer than it. */
export function endOf(parts: string): string {
  return parts.slice(0, -partEnd.length) + afterPartEnd;
}

/** What an item is, as far as its sort key tells. */
export interface ParsedKey {
  readonly kind: 'checkpoint' | 'writes' | 'blob' | 'fence';
  readonly ns: string;
  /** Of the checkpoint that it belongs to. */
  readonly id: string;
  /** Of writes: who has made them. */
  readonly task: string;
  readonly slot: string;
}

/** @returns undefined for an item that is none of this package's */
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
