import { randomUUID } from 'node:crypto';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
  emptyCheckpoint,
  uuid6,
} from '@langchain/langgraph-checkpoint';
import type { DynamoDBSaver } from '../../../../src/langgraph/dynamodb/index.ts';

export const metadata: CheckpointMetadata = { source: 'loop', step: 0, parents: {} };

export function configOf(thread: string = randomUUID(), ns = '', id?: string): RunnableConfig {
  return {
    configurable: { thread_id: thread, checkpoint_ns: ns, ...(id !== undefined && { checkpoint_id: id }) },
  };
}

/** A checkpoint in which each channel has version 1, if no other is given. */
export function checkpointOf(values: Record<string, unknown>, more: Partial<Checkpoint> = {}): Checkpoint {
  const versions = Object.fromEntries(Object.keys(values).map(name => [name, 1]));
  return { ...emptyCheckpoint(), id: uuid6(0), channel_values: values, channel_versions: versions, ...more };
}

/** Stores a checkpoint in which all channels are new. */
export function putAll(
  saver: DynamoDBSaver,
  config: RunnableConfig,
  values: Record<string, unknown>,
  more: Partial<Checkpoint> = {},
): Promise<RunnableConfig> {
  const checkpoint = checkpointOf(values, more);
  return saver.put(config, checkpoint, metadata, checkpoint.channel_versions);
}

export async function idsOf(tuples: AsyncIterable<CheckpointTuple>): Promise<readonly string[]> {
  const ids = [];
  for await (const { checkpoint } of tuples) ids.push(checkpoint.id);
  return ids;
}

/** A value that compresses to nothing shorter. */
export function filler(bytes: number, seed = 'x'): string {
  return seed.repeat(Math.ceil(bytes / seed.length)).slice(0, bytes);
}
