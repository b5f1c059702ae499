import type { DeltaChannelHistory } from '@langchain/langgraph-checkpoint';
import type { Blobs } from '../blobs/fetch.ts';
import type { Loading } from '../checkpoints/load.ts';
import type { Opened } from '../checkpoints/open.ts';
import type { Stored } from '../items/stored.ts';
import type { PendingWrite } from '../items/in-order.ts';

/** The values of one channel in the ancestors of a checkpoint. */
interface ChannelHistory {
  /** The writes of each ancestor, newest first; within an ancestor in their order. */
  readonly writes: (readonly PendingWrite[])[];
  seed: Stored | undefined;
}

/** Follows some channels back to where each of them has a value. */
export class Histories {
  readonly #found: ReadonlyMap<string, ChannelHistory>;
  readonly #remaining: Set<string>;

  constructor(channels: readonly string[]) {
    this.#found = new Map(channels.map(channel => [channel, { writes: [], seed: undefined }]));
    this.#remaining = new Set(channels);
  }

  get isComplete(): boolean {
    return this.#remaining.size === 0;
  }

  /** The next older ancestor. Its writes come after its value. */
  add({ stored, writes }: Opened): void {
    for (const channel of this.#remaining) {
      const found = this.#found.get(channel);
      found?.writes.push(writes.filter(write => write.channel === channel));
      const seed = stored.channels.find(({ name }) => name === channel)?.value;
      if (found === undefined || seed === undefined) continue;
      found.seed = seed;
      this.#remaining.delete(channel);
    }
  }

  /** All values that were found. */
  values(): readonly Stored[] {
    const all = [...this.#found.values()];
    const seeds = all.flatMap(({ seed }) => seed ?? []);
    return seeds.concat(all.flatMap(({ writes }) => writes.flat().map(({ value }) => value)));
  }

  /** With the values themselves, oldest first. */
  async load(loading: Loading, blobs: Blobs): Promise<Record<string, DeltaChannelHistory>> {
    const entries = [...this.#found].map(async ([channel, { seed, writes }]) => {
      const pending = await loading.pending(writes.toReversed().flat(), blobs);
      const history: DeltaChannelHistory = { writes: pending };
      if (seed) history.seed = await loading.value(seed, blobs);
      return [channel, history] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
}
