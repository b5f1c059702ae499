import type { StoredChannel } from '../items/checkpoint-bundle.ts';
import type { Address } from '../keys/places.ts';

/** The channels of one checkpoint, by name. */
export type Channels = ReadonlyMap<string, StoredChannel>;

/** How many checkpoints are remembered: their values are not. */
const most = 1000;
const noBytes = new Uint8Array();

/**
 * What the checkpoints carry that this process has read or written last: the next ones come from them, and need not store what
 * has not changed.
 */
export class Carried {
  readonly #known = new Map<string, Channels>();

  get(address: Address): Channels | undefined {
    return this.#known.get(keyOf(address));
  }

  remember(address: Address, channels: readonly StoredChannel[]): Channels {
    const key = keyOf(address);
    const carried = new Map(channels.map(channel => [channel.name, withoutValue(channel)]));
    this.#known.delete(key);
    this.#known.set(key, carried);
    const [oldest] = this.#known.keys();
    if (this.#known.size > most && oldest !== undefined) this.#known.delete(oldest);
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
