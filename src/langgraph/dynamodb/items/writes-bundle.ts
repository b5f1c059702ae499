import { type BundleReader, BundleWriter, type Slot } from './bundle.ts';
import { isLeftOut, type Stored } from './stored.ts';

export interface StoredWrite {
  /** Its place among the writes of its task; below 0 for the special ones of `WRITES_IDX_MAP`. */
  readonly index: number;
  readonly channel: string;
  readonly value: Stored;
}

/** Writes of one task that were stored together. */
export interface StoredWrites {
  /** Of the task; `''` if it has none. */
  readonly path: string;
  readonly writes: readonly StoredWrite[];
}

interface Index {
  readonly path: string;
  readonly writes: readonly (readonly [index: number, channel: string, value: Slot])[];
}

export function packWrites({ path, writes }: StoredWrites): Uint8Array {
  const writer = new BundleWriter();
  const index: Index = {
    path,
    writes: writes.map(({ index: at, channel, value }) => [at, channel, writer.add(value)]),
  };
  return writer.finish(index);
}

export function unpackWrites(reader: BundleReader): StoredWrites {
  const { path, writes } = reader.index as unknown as Index;
  return {
    path,
    writes: writes
      .map(([index, channel, value]) => ({ index, channel, value: reader.take(value) }))
      .filter(({ value }) => !isLeftOut(value)),
  };
}
