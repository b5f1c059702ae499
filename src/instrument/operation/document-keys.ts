import { createHash, randomBytes } from 'node:crypto';
import { processWide } from '../../guard/process-wide.ts';

/** What a write says of the documents that it changes: one filter, or a list of statements with one each (`q`). */
export type Filters = unknown;

/** A bulk write of more is not looked into. */
const most = 100;

/** How many sets of documents are told apart. */
const mostNumbers = 1000;

/** Deep enough for any id. */
const deepest = 4;

const known = processWide('documents', () => ({
  last: 0,
  salt: randomBytes(16),
  numbers: new Map<string, number>(),
}));

/**
 * What tells the documents of a write apart: their ids where the filters have them, else the whole filters. It holds what
 * the user has written, and stays here.
 */
export function documentKeys(namespace: string, filters: Filters): ReadonlySet<string> {
  const list = Array.isArray(filters) ? filters.slice(0, most).map(filterIn) : [filters];
  return new Set(list.map(filter => `${namespace} ${textOf(idIn(filter) ?? filter, 0)}`));
}

/** A number that is equal for the same documents, and says nothing of them. */
export function documentsNumber(keys: ReadonlySet<string>): number {
  const text = [...keys].toSorted().join('\n');
  const digest = createHash('sha256').update(known.salt).update(text).digest('base64');
  const number = known.numbers.get(digest);
  if (number !== undefined) return number;
  known.last += 1;
  known.numbers.set(digest, known.last);
  const [oldest] = known.numbers.keys();
  if (known.numbers.size > mostNumbers && oldest !== undefined) known.numbers.delete(oldest);
  return known.last;
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
  // ObjectId, Long, Decimal128, UUID: their text is their value.
  if ('_bsontype' in value) return `${String(value['_bsontype'])} ${String(value)}`;
  if (depth === deepest) return 'object';
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${textOf(inner, depth + 1)}`)
    .join(', ')} }`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
