/** A value that JSON cannot hold, and where it is. */
export interface Unstorable {
  /** From the value that was to be stored: `.items[3].price`, `''` for that value itself. */
  readonly path: string;
  readonly what: string;
  /** What a `toJSON` has thrown. */
  readonly cause?: unknown;
}

/** Names as a programmer writes them. Any other one may be data of a user, and is shown as `…`. */
const plainName = /^[A-Za-z_$][\w$]{0,40}$/;
/** Deeper than that JSON itself gives up. */
const mostDepth = 1000;

/**
 * The first value that makes JSON fail. It calls each `toJSON`, as JSON does.
 * @returns undefined where all of it can be stored, or none of it is to blame alone
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

/** What LangGraph's serializer looks into: the contents of a Map and a Set, too. */
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
