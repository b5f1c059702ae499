/** A value for each of many objects. It lives as long as its object. */
export interface HiddenField<K extends object, V> {
  get(object: K): V | undefined;
  set(object: K, value: V): void;
}

/** A class that extends this one gets the given object as its `this`, and so adds its private fields to that object. */
// oxlint-disable-next-line no-extraneous-class -- it is nothing but this constructor
class OnObject {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field comes to an object of another class.
    return object;
  }
}

/**
 * A value of ours on an object of somebody else, which nobody else can see: a private field. It does what a `WeakMap` does, for
 * objects that are made all the time: what a `WeakMap` in old memory holds survives each collection of young memory, although its
 * key does not. With three such entries per transaction, the collector had to copy two and a half times as much.
 */
export function hiddenField<K extends object, V>(): HiddenField<K, V> {
  /** For objects that are frozen, sealed or otherwise not extensible: they may refuse a field. */
  let closed: WeakMap<K, V> | undefined;

  return class Field extends OnObject {
    #value: V;

    private constructor(object: K, value: V) {
      super(object);
      this.#value = value;
    }

    static get(object: K): V | undefined {
      return #value in object ? object.#value : closed?.get(object);
    }

    static set(object: K, value: V): void {
      if (#value in object) object.#value = value;
      // The constructor returns the given object.
      // oxlint-disable-next-line no-new
      else if (Object.isExtensible(object)) new Field(object, value);
      else (closed ??= new WeakMap()).set(object, value);
    }
  };
}
