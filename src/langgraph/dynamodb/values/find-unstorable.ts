/** A value that JSON cannot represent, and its path. */
export interface Unstorable {
  /** The path from the stored value: `.items[3].price`, `''` for that value itself. */
  readonly path: string;
  readonly what: string;
  /** The error that a `toJSON` has thrown. */
  readonly cause?: unknown;
}

/** Names that look like source code. Any other name may be data of a user, and is shown as `…`. */
const plainName = /^[A-Za-z_$][\w$]{0,40}$/;
/** JSON itself fails on deeper values. */
const mostDepth = 1000;

/**
 * The first value that makes JSON fail. It calls each `toJSON`, as JSON does.
 * @returns undefined if everything can be stored, or no single value is the cause
 */
export function findUnstorable(value: unknown): Unstorable | undefined {
  return look(value, '', new Set());
}

function look(given: unknown, path: string, above: ReadonlySet<unknown>): Unstorable | undefined {
  let value: unknown;
  try {
    value = asJson(given);
  } catch (cause) {
    return { path, what: 'a value whose toJSON throws', cause };
  }
  if (typeof value === 'bigint') return { path, what: 'a BigInt' };
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.has(value)) return { path, what: 'a value that contains itself' };
  if (above.size >= mostDepth) return { path, what: 'a value that is nested too deeply' };
  const inside = new Set(above).add(value);
  for (const [step, inner] of parts(value)) {
    const found = look(inner, path + step, inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

function asJson(value: unknown): unknown {
  const isAsked = typeof value === 'bigint' || (typeof value === 'object' && value !== null);
  if (!isAsked) return value;
  const { toJSON }: { toJSON?: unknown } = Object(value);
  return typeof toJSON === 'function' ? toJSON.call(value, '') : value;
}

/** The parts that LangGraph's serializer visits, also the contents of a Map and a Set. */
function parts(value: object): (readonly [step: string, inner: unknown])[] {
  if (value instanceof Map)
    return [...value].flatMap(([key, inner]) => [
      [' (a key of a Map)', key] as const,
      [stepTo(key), inner] as const,
    ]);
  if (value instanceof Set || Array.isArray(value))
    return Array.from(value, (inner: unknown, index) => [`[${index}]`, inner] as const);
  return Object.entries(value).map(([name, inner]) => [stepTo(name), inner] as const);
}

function stepTo(name: unknown): string {
  return typeof name === 'string' && plainName.test(name) ? `.${name}` : '[…]';
}
