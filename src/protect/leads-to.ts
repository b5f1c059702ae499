/** An error can hold on to half of the program: enough for any chain of causes. */
const mostObjects = 500;

/**
 * True if one of the targets can be reached from an error: by its `cause`, its `errors`, or what else it holds
 * (`originalError`, `reason`, …). Chains may be circular.
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

/** `cause` and `errors` come first, and may be getters; of the rest only what is there already is looked at. */
function heldBy(holder: object): unknown[] {
  try {
    if (holder instanceof Map || holder instanceof Set) return [...holder.values()];
    if (ArrayBuffer.isView(holder)) return [];
    const named = [Reflect.get(holder, 'cause'), Reflect.get(holder, 'errors')];
    // To read a stack would format it.
    const own = Reflect.ownKeys(holder).filter(key => key !== 'stack');
    return [...named, ...own.map((key): unknown => Reflect.getOwnPropertyDescriptor(holder, key)?.value)];
  } catch {
    // Anything can be thrown, a proxy whose traps throw among it.
    return [];
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
