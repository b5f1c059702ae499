import type { BlobRef } from '../blobs/blob-ref.ts';

/** A value as the serializer gave it. */
export interface Typed {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A value as it is stored: in the bundle itself, or in a blob. */
export type Stored = Typed | { readonly type: string; readonly ref: BlobRef };

export function isInline(stored: Stored): stored is Typed {
  return 'bytes' in stored;
}
