import { type CheckpointTuple, maxChannelVersion, TASKS } from '@langchain/langgraph-checkpoint';
import type { Call } from '../calls/calls.ts';
import type { Place } from '../keys/partition.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { findItems } from '../table/find-items.ts';
import type { Loading } from './load.ts';
import { openWrites } from './open.ts';

/** Before this version of the format, the sends of a step were writes of the checkpoint before it. */
const firstWithSends = 4;

/** Gives a checkpoint of an old format its sends. */
export async function withPendingSends(
  table: CheckpointTable,
  place: Place,
  loading: Loading,
  tuple: CheckpointTuple,
  call: Call,
): Promise<CheckpointTuple> {
  const parent = tuple.parentConfig?.configurable?.['checkpoint_id'];
  const { checkpoint } = tuple;
  if (checkpoint.v >= firstWithSends || typeof parent !== 'string') return tuple;
  const items = await findItems(table, { ...place, id: parent }, call);
  const writes = await openWrites(table, place, items, call);
  const sends = writes.filter(({ channel }) => channel === TASKS);
  const blobs = await loading.blobs(
    sends.map(({ value }) => value),
    call,
  );
  const values = await Promise.all(sends.map(({ value }) => loading.value(value, blobs)));
  const versions = Object.values(checkpoint.channel_versions ?? {});
  const version = versions.length > 0 ? maxChannelVersion(...versions) : 1;
  return {
    ...tuple,
    checkpoint: {
      ...checkpoint,
      channel_values: { ...checkpoint.channel_values, [TASKS]: values },
      channel_versions: { ...checkpoint.channel_versions, [TASKS]: version },
    },
  };
}
