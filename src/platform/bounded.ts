/** A map of the entries that were set last: above the limit, the entry that was set first is dropped. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  /** Makes the entry the newest one, also if the key was known. */
  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    if (this.size > this.#most) dropOldest(this);
    return this;
  }
}

/** A set of the values that were added last: above the limit, the value that was added first is dropped. */
export class BoundedSet<T> extends Set<T> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  /** Makes the value the newest one, also if it was known. */
  override add(value: T): this {
    this.delete(value);
    super.add(value);
    if (this.size > this.#most) dropOldest(this);
    return this;
  }
}

function dropOldest<K>(from: Map<K, unknown> | Set<K>): void {
  for (const oldest of from.keys()) {
    from.delete(oldest);
    return;
  }
}

/** Gives each key a number of its own. A key that was dropped above the limit gets a new number. */
export class Numbering {
  readonly #numbers: BoundedMap<string, number>;
  #last = 0;

  constructor(most: number) {
    this.#numbers = new BoundedMap(most);
  }

  of(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#last += 1;
    this.#numbers.set(key, this.#last);
    return this.#last;
  }
}

/** Remembers what `make` gives for the keys that were asked for last. The same key gets the same value, as long as it is remembered. */
export function remembering<K, V extends object | string | boolean>(
  most: number,
  make: (key: K) => V,
): (key: K) => V {
  const values = new BoundedMap<K, V>(most);
  return key => {
    const value = values.get(key) ?? make(key);
    // Again for a known key: it becomes the newest.
    values.set(key, value);
    return value;
  };
}
