type Class = abstract new (...args: never[]) => object;

/** What objects of a class of ours are known by in all copies of this package in the process: their classes differ. */
export function brandOf(name: string): symbol {
  return Symbol.for(`session-guard.${name}`);
}

/** Marks the objects of a class. */
export function brandObjects({ prototype }: Class, brand: symbol): void {
  Object.defineProperty(prototype, brand, { value: true });
}

/**
 * For `Symbol.hasInstance` of a branded class: also true for an object of another copy's class.
 * @param asked the class that is asked for; a subclass of the program's has no brand of its own
 */
export function isBranded(value: unknown, own: Class, brand: symbol, asked: Class): boolean {
  if (asked !== own) return Function.prototype[Symbol.hasInstance].call(asked, value);
  return typeof value === 'object' && value !== null && brand in value;
}
