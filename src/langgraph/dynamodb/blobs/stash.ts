import { putRequest } from '../../../dynamodb/batch-write.ts';
import type { Call } from '../calls/calls.ts';
import { expiring, type Expiry } from '../items/expiry.ts';
import { type BlobRef, nameOf, names, type Stored, type Typed } from '../items/stored.ts';
import { checkSortKey } from '../keys/check-key.ts';
import type { Address } from '../keys/partition.ts';
import { blobKey } from '../keys/sort-keys.ts';
import type { CheckpointTable, Key } from '../table/checkpoint-table.ts';
import { createHash } from 'node:crypto';

const digestBytes = 16;

/** The first half of the SHA-256, 22 characters. */
export function digestOf(value: Uint8Array): string {
  return createHash('sha256').update(value).digest().subarray(0, digestBytes).toString('base64url');
}

/** A larger value gets its own items, so that checkpoints stay small, and share values that do not change. */
export const mostInlineBytes = 4096;
/** A larger bundle also becomes a blob: it has many values that are each small enough. */
const mostBundleBytes = 8192;
/** Below the 400 KB of an item, together with its key. */
const partBytes = 384 * 1024;

/** Values of a checkpoint that are too large for its own item. They are stored before the item that refers to them. */
export class Stash {
  readonly #table: CheckpointTable;
  readonly #address: Address;
  readonly #expires: number | undefined;
  readonly #parts = new Map<string, Key>();
  readonly #written = new Set<string>();

  constructor(table: CheckpointTable, address: Address, expiry: Expiry | undefined) {
    this.#table = table;
    this.#address = address;
    this.#expires = expiry?.needed;
  }

  /** The form of a value in a bundle. */
  value(typed: Typed): Stored {
    if (typed.bytes.length <= mostInlineBytes) return typed;
    return { type: typed.type, ref: this.#add(typed.bytes) };
  }

  /** The attributes of an item that has this bundle. */
  bundle(bytes: Uint8Array): Key {
    if (bytes.length <= mostBundleBytes) return { [names.bundle]: { B: bytes } };
    return { [names.bundleRef]: { S: JSON.stringify(this.#add(bytes)) } };
  }

  /** Writes the values that were added since the last call. */
  async write(call: Call): Promise<void> {
    const parts = [...this.#parts].filter(([sort]) => !this.#written.has(sort));
    for (const [sort] of parts) this.#written.add(sort);
    await this.#table.write(
      parts.map(([, part]) => putRequest(part)),
      call,
    );
  }

  /** Deletes the written values again: no item refers to them. */
  async withdraw(call: Call): Promise<void> {
    await this.#table.delete([...this.#parts.values()], call);
  }

  #add(bytes: Uint8Array): BlobRef {
    const { thread, ns, id } = this.#address;
    const parts = Math.ceil(bytes.length / partBytes);
    const expires = this.#expires;
    const ref = { id, digest: digestOf(bytes), parts, ...(expires !== undefined && { expires }) };
    for (let part = 0; part < parts; part += 1) {
      const sort = checkSortKey(blobKey(ns, id, nameOf(ref), part), 'a large value');
      const value = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      this.#parts.set(sort, {
        ...this.#table.key(thread, sort),
        [names.bundle]: { B: value },
        ...expiring(expires),
      });
    }
    return ref;
  }
}
