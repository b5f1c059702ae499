import { inspect } from 'node:util';

/** Wherever an error says something of it: the texts that stand in it, and where. */
export function leaksOf(error: unknown, secrets: readonly string[]): readonly string[] {
  const said = new Map<string, string>([
    ['inspect', inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY, maxStringLength: null })],
    ['JSON', jsonOf(error)],
    ['String', String(error)],
  ]);
  collect(error, 'error', said, new Set());
  const found: string[] = [];
  for (const [where, text] of said)
    for (const secret of secrets) if (text.includes(secret)) found.push(`${secret} in ${where}`);
  return found;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** All properties, whether they can be enumerated or not, those of the prototypes too. */
function collect(value: unknown, where: string, said: Map<string, string>, seen: Set<unknown>): void {
  if (typeof value === 'string') said.set(where, value);
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Uint8Array) said.set(where, Buffer.from(value).toString('latin1'));
  if (value instanceof Map || value instanceof Set) collect([...value], `${where}.entries`, said, seen);
  for (let at: object | null = value; at !== null && at !== Object.prototype; at = prototypeOf(at))
    for (const name of Reflect.ownKeys(at))
      collect(valueOf(value, name), `${where}.${String(name)}`, said, seen);
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

function valueOf(of: object, name: PropertyKey): unknown {
  try {
    return Reflect.get(of, name) as unknown;
  } catch {
    return undefined;
  }
}
