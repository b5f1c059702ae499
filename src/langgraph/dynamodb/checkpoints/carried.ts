import { BoundedMap } from '../../../platform/bounded.ts';
import type { StoredChannel } from '../items/checkpoint-bundle.ts';
import type { Address } from '../keys/partition.ts';

/** The channels of one checkpoint, by name. */
export type Channels = ReadonlyMap<string, StoredChannel>;

const noBytes = new Uint8Array();

/**
 * The channels of the checkpoints that this process has read or written last: the next checkpoints are based on them, and do
 * not have to store unchanged values.
 */
export class Carried {
  /** Without the values. */
  readonly #known = new BoundedMap<string, Channels>(1000);

  get(address: Address): Channels | undefined {
    return this.#known.get(keyOf(address));
  }

  remember(address: Address, channels: readonly StoredChannel[]): Channels {
    const carried = new Map(channels.map(channel => [channel.name, withoutValue(channel)]));
    this.#known.set(keyOf(address), carried);
    return carried;
  }

  forget(thread: string): void {
    const prefix = `${JSON.stringify(thread)},`;
    for (const key of this.#known.keys()) if (key.startsWith(prefix, 1)) this.#known.delete(key);
  }
}

function keyOf({ thread, ns, id }: Address): string {
  return JSON.stringify([thread, ns, id]);
}

function withoutValue(channel: StoredChannel): StoredChannel {
  const { value } = channel;
  return 'ref' in value ? channel : { ...channel, value: { type: value.type, bytes: noBytes } };
}
