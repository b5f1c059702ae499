import type { DocumentInside } from '../mongoose-types.ts';
import { declaredParts } from './declared-paths.ts';

let documents = 0;

/** The changes of one document that were sent in transactions: mongoose does not send them again while they stay the same. */
export class SentDocument {
  readonly number = (documents += 1);
  inserted = false;
  deleted = false;
  /** By path: the value that was sent. Made for the first update: most documents are only inserted. */
  #values: Map<string, unknown> | undefined;
  /** By path with a key that is data: its number. */
  #keys: Map<string, number> | undefined;

  update(document: DocumentInside, paths: readonly string[]): void {
    this.#values ??= new Map();
    for (const path of paths) this.#values.set(path, valueAt(document, path));
  }

  /** The paths for events: a key that is data, such as that of a map, is replaced by a number (`readBy.#1`). */
  namesOf({ schema }: DocumentInside, paths: readonly string[]): readonly string[] {
    return paths.map(path => {
      const parts = path.split('.');
      const declared = parts.slice(0, declaredParts(schema, parts));
      if (declared.length === parts.length) return path;
      this.#keys ??= new Map();
      const key = this.#keys.get(path) ?? this.#keys.size + 1;
      this.#keys.set(path, key);
      return [...declared, `#${key}`].join('.');
    });
  }

  /** The paths that were sent before, have the same value, and are not sent again with `paths`. */
  leftOut(document: DocumentInside, paths: readonly string[]): readonly string[] {
    const left: string[] = [];
    for (const [path, value] of this.#values ?? []) {
      const sentAgain = paths.some(sent => sent === path || isWithin(sent, path) || isWithin(path, sent));
      if (!sentAgain && isSame(valueAt(document, path), value)) left.push(path);
    }
    return left;
  }
}

/** The fields in one of mongoose's updates (`[filter, update]`), without the version that mongoose itself counts. */
export function changedPaths(document: DocumentInside, delta: unknown): readonly string[] {
  const update: unknown = Array.isArray(delta) ? delta[1] : undefined;
  if (typeof update !== 'object' || update === null) return [];
  const versionKey = document.schema?.options?.versionKey;
  const paths = Object.values(update).flatMap((fields: unknown) => Object.keys(fields ?? {}));
  return paths.filter(path => path !== versionKey);
}

function valueAt(document: DocumentInside, path: string): unknown {
  return document.get?.(path, null, { getters: false });
}

function isWithin(path: string, outer: string): boolean {
  return path.startsWith(`${outer}.`);
}

interface Comparable {
  equals(other: unknown): unknown;
}

function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  return isComparable(one) && isComparable(other) && one.equals(other) === true;
}

/** BSON values (ids, decimals) with a method `equals`. */
function isComparable(value: unknown): value is Comparable {
  return typeof value === 'object' && value !== null && '_bsontype' in value && 'equals' in value;
}
