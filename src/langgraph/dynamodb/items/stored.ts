/** The place of a blob: separate items, which several checkpoints may share. */
export interface BlobRef {
  /** The id of the checkpoint for which it was first written. */
  readonly id: string;
  /** The first half of its SHA-256. */
  readonly digest: string;
  readonly parts: number;
  /** Whole seconds since 1970. */
  readonly expires?: number;
}

/**
 * Its name in the sort key. The same bytes with another expiry are another blob, so that a shorter TTL never shortens the life
 * of a longer one.
 */
export function nameOf({ digest, expires }: Pick<BlobRef, 'digest' | 'expires'>): string {
  return expires === undefined ? digest : `${digest}.${expires}`;
}

/** The form in a bundle. */
export type RefTuple = readonly [id: string, digest: string, parts: number, expires?: number];

export function toTuple({ id, digest, parts, expires }: BlobRef): RefTuple {
  return expires === undefined ? [id, digest, parts] : [id, digest, parts, expires];
}

export function fromTuple([id, digest, parts, expires]: RefTuple): BlobRef {
  return expires === undefined ? { id, digest, parts } : { id, digest, parts, expires };
}

/** A value from the serializer. */
export interface Typed {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A stored value: in the bundle itself, or in a blob. */
export type Stored = Typed | { readonly type: string; readonly ref: BlobRef };

/**
 * An empty text is not valid JSON: LangGraph's serializer returns it for a function or a symbol. If it is already stored, it is
 * read as if nothing had been stored, because JSON leaves such a value out.
 */
export function isLeftOut(stored: Stored): boolean {
  return stored.type === 'json' && isInline(stored) && stored.bytes.length === 0;
}

export function isInline(stored: Stored): stored is Typed {
  return 'bytes' in stored;
}

/** The attributes of the items. Short for attributes of every item: each byte costs money. */
export const names = {
  partition: 'thread_id',
  sort: 'sk',
  /** Whole seconds since 1970: the attribute of the table's TTL. */
  expires: 'expires_at',
  /** A bundle. */
  bundle: 'b',
  /** Instead of a bundle: a reference to the blob that has it. */
  bundleRef: 'r',
  /** Of a checkpoint: its parent's id. */
  parent: 'p',
  /**
   * Of a checkpoint: the oldest of its own id and the ids of its ancestors. Of the fence: new checkpoints must be above this
   * id.
   */
  oldest: 'o',
} as const;
