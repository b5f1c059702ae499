import { randomInt } from 'node:crypto';
import { Numbering } from '../../../platform/bounded.ts';
import { processWide } from '../../../platform/process-wide.ts';

/** The filter of a write; for a list of statements, each has its filter as `q`. */
export type Filters = unknown;

/** The statements of a bulk write that are read. */
const most = 100;

/** Deep enough for any id. */
const deepest = 4;

const known = processWide('document numbers', () => ({
  salt: [randomInt(2 ** 32), randomInt(2 ** 32)] as const,
  numbers: new Numbering(1000),
}));

/**
 * Keys of the documents of a write: their ids if the filters have them, otherwise the whole filters. They contain the user's
 * data, and must not leave this folder.
 */
export function documentKeys(namespace: string, filters: Filters): ReadonlySet<string> {
  const list = Array.isArray(filters) ? filters.slice(0, most).map(filterIn) : [filters];
  return new Set(list.map(filter => `${namespace} ${textOf(idIn(filter) ?? filter, 0)}`));
}

/** A number that is equal for the same documents, and reveals nothing about them: their text is not kept. */
export function documentsNumber(keys: ReadonlySet<string>): number {
  return known.numbers.of(digestOf([...keys].toSorted()));
}

/**
 * Two hashes of 32 bits (FNV-1a), from a random start. Hot documents conflict thousands of times a second, and a hash of
 * `node:crypto` would cost as much as the rest of the rules.
 */
function digestOf(texts: readonly string[]): string {
  let [one, two] = known.salt;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      one = Math.imul(one ^ unit, 0x01_00_01_93);
      two = Math.imul(two ^ (unit + index), 0x01_00_01_93);
    }
    one = Math.imul(one ^ 10, 0x01_00_01_93);
  }
  return `${one >>> 0} ${two >>> 0}`;
}

function filterIn(statement: unknown): unknown {
  return isRecord(statement) ? statement['q'] : statement;
}

function idIn(filter: unknown): unknown {
  return isRecord(filter) ? filter['_id'] : undefined;
}

function textOf(value: unknown, depth: number): string {
  if (!isRecord(value)) return `${typeof value} ${String(value)}`;
  if (value instanceof Date || value instanceof RegExp) return String(value);
  // The text of an ObjectId, Long, Decimal128 or UUID is its value.
  if ('_bsontype' in value) return `${String(value['_bsontype'])} ${String(value)}`;
  if (depth === deepest) return 'object';
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${textOf(inner, depth + 1)}`)
    .join(', ')} }`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
