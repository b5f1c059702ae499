import { type BundleReader, BundleWriter, type Slot } from './bundle.ts';
import { isLeftOut, type Stored } from './stored.ts';

export type Version = string | number;

export interface StoredChannel {
  readonly name: string;
  readonly version: Version | undefined;
  readonly value: Stored;
}

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  /** Everything except the values of its channels. */
  readonly rest: Stored;
  readonly metadata: Stored;
  readonly channels: readonly StoredChannel[];
}

interface Index {
  readonly rest: Slot;
  readonly metadata: Slot;
  readonly channels: readonly (readonly [name: string, version: Version | null, value: Slot])[];
}

export function packCheckpoint({ rest, metadata, channels }: StoredCheckpoint): Uint8Array {
  const writer = new BundleWriter();
  const index: Index = {
    rest: writer.add(rest),
    metadata: writer.add(metadata),
    channels: channels.map(({ name, version, value }) => [name, version ?? null, writer.add(value)]),
  };
  return writer.finish(index);
}

export function unpackCheckpoint(reader: BundleReader): StoredCheckpoint {
  const { rest, metadata, channels } = reader.index as unknown as Index;
  return {
    rest: reader.take(rest),
    metadata: reader.take(metadata),
    channels: channels
      .map(([name, version, value]) => ({ name, version: version ?? undefined, value: reader.take(value) }))
      .filter(({ value }) => !isLeftOut(value)),
  };
}
