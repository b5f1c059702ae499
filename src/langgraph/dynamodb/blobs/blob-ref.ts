/** Where a blob is: items of its own, which several checkpoints may share. */
export interface BlobRef {
  /** Of the checkpoint that it was first written for. */
  readonly id: string;
  /** The first half of its SHA-256. */
  readonly digest: string;
  readonly parts: number;
  /** Whole seconds since 1970. */
  readonly expires?: number;
}

/**
 * What stands for it in its sort key. The same bytes with another expiry are another blob: what lives longer is never shortened
 * by what does not.
 */
export function nameOf({ digest, expires }: Pick<BlobRef, 'digest' | 'expires'>): string {
  return expires === undefined ? digest : `${digest}.${expires}`;
}

/** As it stands in a bundle. */
export type RefTuple = readonly [id: string, digest: string, parts: number, expires?: number];

export function toTuple({ id, digest, parts, expires }: BlobRef): RefTuple {
  return expires === undefined ? [id, digest, parts] : [id, digest, parts, expires];
}

export function fromTuple([id, digest, parts, expires]: RefTuple): BlobRef {
  return expires === undefined ? { id, digest, parts } : { id, digest, parts, expires };
}
