import type {
  Checkpoint,
  CheckpointMetadata,
  CheckpointPendingWrite,
  CheckpointTuple,
  SerializerProtocol,
} from '@langchain/langgraph-checkpoint';
import { type Blobs, fetchBlobs } from '../blobs/fetch.ts';
import type { Call } from '../calls/calls.ts';
import { isInline, type Stored } from '../items/stored.ts';
import type { Place } from '../keys/partition.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import type { PendingWrite } from '../items/in-order.ts';
import { type Opened, refsOf, valuesOf } from './open.ts';

/** Reads and deserializes the values of opened checkpoints. */
export class Loading {
  readonly #table: CheckpointTable;
  readonly #serde: SerializerProtocol;
  readonly #place: Place;

  constructor(table: CheckpointTable, serde: SerializerProtocol, place: Place) {
    this.#table = table;
    this.#serde = serde;
    this.#place = place;
  }

  /** @throws BlobMissing */
  blobs(values: readonly Stored[], call: Call): Promise<Blobs> {
    return fetchBlobs(this.#table, this.#place, refsOf(values), call);
  }

  /** Loads only the metadata. */
  async metadata({ stored: { metadata } }: Opened, call: Call): Promise<CheckpointMetadata> {
    return (await this.value(metadata, await this.blobs([metadata], call))) as CheckpointMetadata;
  }

  /** Loads the whole checkpoint. */
  async tuple(opened: Opened, call: Call): Promise<CheckpointTuple> {
    const { stored, writes, parent, id } = opened;
    const blobs = await this.blobs(valuesOf(opened), call);
    const [checkpoint, metadata, pendingWrites] = await Promise.all([
      this.#checkpoint(opened, blobs),
      this.value(stored.metadata, blobs),
      this.pending(writes, blobs),
    ]);
    return {
      config: this.#config(id),
      checkpoint,
      metadata: metadata as CheckpointMetadata,
      pendingWrites,
      ...(parent !== undefined && { parentConfig: this.#config(parent) }),
    };
  }

  pending(writes: readonly PendingWrite[], blobs: Blobs): Promise<CheckpointPendingWrite[]> {
    return Promise.all(
      writes.map(
        async ({ task, channel, value }): Promise<CheckpointPendingWrite> => [
          task,
          channel,
          await this.value(value, blobs),
        ],
      ),
    );
  }

  value(stored: Stored, blobs: Blobs): Promise<unknown> {
    const bytes = isInline(stored) ? stored.bytes : blobs(stored.ref);
    return this.#serde.loadsTyped(stored.type, bytes);
  }

  async #checkpoint({ stored }: Opened, blobs: Blobs): Promise<Checkpoint> {
    const [rest, ...values] = await Promise.all([
      this.value(stored.rest, blobs),
      ...stored.channels.map(({ value }) => this.value(value, blobs)),
    ]);
    const entries = stored.channels.map(({ name }, index) => [name, values[index]] as const);
    // `fromEntries` creates a property for any name, also `__proto__`.
    return { ...(rest as Checkpoint), channel_values: Object.fromEntries(entries) };
  }

  #config(id: string): CheckpointTuple['config'] {
    const { thread, ns } = this.#place;
    return { configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id: id } };
  }
}
