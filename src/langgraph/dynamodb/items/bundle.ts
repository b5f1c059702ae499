import { fromTuple, isInline, type RefTuple, type Stored, toTuple } from './stored.ts';
import { unreadable } from '../errors.ts';

// A bundle: the length of the index (4 bytes), the index (JSON), and the values that are not in blobs, one after the other.

/** A value in the index: its type, and its length or its blob. */
export type Slot = readonly [type: string, at: number | RefTuple];

const version = 1;
const lengthBytes = 4;

/** The values of one item, packed together. */
export class BundleWriter {
  readonly #values: Uint8Array[] = [];

  add(stored: Stored): Slot {
    if (!isInline(stored)) return [stored.type, toTuple(stored.ref)];
    this.#values.push(stored.bytes);
    return [stored.type, stored.bytes.length];
  }

  /** @param index made of the slots in the order in which they were added */
  finish(index: object): Uint8Array {
    const text = Buffer.from(JSON.stringify({ version, ...index }));
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, text, ...this.#values]);
  }
}

export class BundleReader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly index: Readonly<Record<string, unknown>>;

  /** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_UNREADABLE */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = lengthBytes + (bytes.length < lengthBytes ? 0 : view.readUInt32BE());
    this.index = parse(view.toString('utf8', lengthBytes, this.#at));
  }

  /** The slots must be taken in the order in which they were added. */
  take([type, at]: Slot): Stored {
    if (typeof at !== 'number') return { type, ref: fromTuple(at) };
    const from = this.#at;
    this.#at += at;
    if (this.#at > this.#bytes.length)
      throw unreadable('A stored checkpoint is cut off: it ends within a value.');
    return { type, bytes: this.#bytes.subarray(from, this.#at) };
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch (cause) {
    throw unreadable(
      'A stored checkpoint is not in the format of this package: another program has written it.',
      cause,
    );
  }
  if (typeof index === 'object' && index !== null && 'version' in index && index.version === version)
    return { ...index };
  throw unreadable(
    'A stored checkpoint has a format that this version of session-guard does not know: update session-guard.',
  );
}
