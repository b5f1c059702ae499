import { isObject } from './options/checks.ts';

/** An error can refer to a large part of the program: this limit is enough for any chain of causes. */
const mostObjects = 500;

/**
 * True if an error leads to one of the targets: by its `cause`, its `errors`, or any other property (`originalError`, `reason`,
 * …). Chains may be circular.
 */
export function leadsTo(error: unknown, targets: ReadonlySet<unknown>): boolean {
  const found = new Set([error]);
  for (const one of found) {
    if (targets.has(one)) return true;
    if (!isObject(one)) continue;
    for (const held of heldBy(one)) if (isObject(held) && found.size < mostObjects) found.add(held);
  }
  return false;
}

/** What an error was made of, nearest first: its `cause` and its `errors`, and theirs. */
export function causesOf(error: unknown): readonly unknown[] {
  const found = new Set<unknown>([error]);
  for (const one of found) {
    if (!isObject(one)) continue;
    for (const cause of namedCauses(one)) if (isObject(cause) && found.size < mostObjects) found.add(cause);
  }
  found.delete(error);
  return [...found];
}

function namedCauses(holder: object): readonly unknown[] {
  try {
    const errors: unknown = Reflect.get(holder, 'errors');
    return [Reflect.get(holder, 'cause'), ...(Array.isArray(errors) ? errors : [])];
  } catch {
    return [];
  }
}

/** `cause` and `errors` come first, and may be getters; other getters are not called. */
function heldBy(holder: object): unknown[] {
  try {
    if (holder instanceof Map || holder instanceof Set) return [...holder.values()];
    if (ArrayBuffer.isView(holder)) return [];
    const named = [Reflect.get(holder, 'cause'), Reflect.get(holder, 'errors')];
    // Reading a stack would format it.
    const own = Reflect.ownKeys(holder).filter(key => key !== 'stack');
    return [...named, ...own.map((key): unknown => Reflect.getOwnPropertyDescriptor(holder, key)?.value)];
  } catch {
    // Anything can be thrown, also a proxy whose traps throw.
    return [];
  }
}
