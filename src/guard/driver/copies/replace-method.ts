type Method = (this: never, ...args: never[]) => unknown;

/** Puts another function in the place of a method, with the name, length and attributes of the original. */
export function replaceMethod<M extends Method>(
  prototype: object,
  name: string | symbol,
  make: (original: M) => M,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor === undefined || typeof descriptor.value !== 'function') return;
  const original: M = descriptor.value;
  const replacement = make(original);
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(replacement, property, { value: original[property], configurable: true });
  }
  Object.defineProperty(prototype, name, { ...descriptor, value: replacement });
}
