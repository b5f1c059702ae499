import type { BlobRef } from '../blobs/blob-ref.ts';

/** A value as the serializer gave it. */
export interface Typed {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A value as it is stored: in the bundle itself, or in a blob. */
export type Stored = Typed | { readonly type: string; readonly ref: BlobRef };

/**
 * A text without a character is no JSON: LangGraph's serializer gives it for a function or a symbol. Where it is stored
 * already, it is read as if nothing had been stored: JSON leaves such a value out.
 */
export function isLeftOut(stored: Stored): boolean {
  return stored.type === 'json' && isInline(stored) && stored.bytes.length === 0;
}

export function isInline(stored: Stored): stored is Typed {
  return 'bytes' in stored;
}
