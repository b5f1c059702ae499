import type { ChannelVersions, Checkpoint, CheckpointMetadata } from '@langchain/langgraph-checkpoint';
import { byCodePoint } from '../items/in-order.ts';
import type { Address } from '../keys/partition.ts';

/** A checkpoint to be stored. */
export interface Put {
  readonly address: Address;
  readonly parent: string | undefined;
  readonly checkpoint: Checkpoint;
  readonly metadata: CheckpointMetadata;
  readonly newVersions: ChannelVersions;
}

/** A fork is a copy: its values may differ from its parent's. */
export function isNew({ newVersions, metadata }: Put, channel: string): boolean {
  return metadata.source === 'fork' || Object.hasOwn(newVersions, channel);
}

/** The oldest id of this checkpoint, its parent, and the checkpoints of the surrounding graphs. */
export function oldestOf({
  address,
  parent,
  metadata,
}: Pick<Put, 'address' | 'parent' | 'metadata'>): string {
  const parents = Object.values(metadata.parents ?? {}).filter(id => typeof id === 'string' && id !== '');
  const all = [address.id, ...(parent === undefined ? [] : [parent]), ...parents];
  return all.reduce((oldest, id) => (byCodePoint(id, oldest) < 0 ? id : oldest));
}
