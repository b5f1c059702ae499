import type { CheckpointTuple } from '@langchain/langgraph-checkpoint';
import { BlobMissing } from '../blobs/fetch.ts';
import type { Call, SaverCalls } from '../calls/calls.ts';
import { reading } from '../../../platform/time/timed-calls.ts';
import type { Step } from '../checkpoints/backwards.ts';
import { findHeader } from '../checkpoints/find.ts';
import { Loading } from '../checkpoints/load.ts';
import { loadOpened, notWhole, openOne, type SaverContext } from '../checkpoints/read.ts';
import { isPast } from '../items/expiry.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { ofAllThreads } from './of-all-threads.ts';
import { ofOnePlace, ofOneThread } from './of-one-thread.ts';
import { type FoundCheckpoint, type ListQuery, matches } from './list-query.ts';

/** Newest first. Each request has its own time limit, because the caller may take a long time between two requests. */
export async function* list(
  context: SaverContext,
  wanted: ListQuery,
  calls: SaverCalls,
): AsyncGenerator<CheckpointTuple> {
  let left = wanted.limit;
  if (left <= 0) return;
  const step: Step = send => calls.run(reading('listing checkpoints'), send);
  const found = find(context.table, wanted, step);
  for await (const one of found) {
    const tuple = await step(call => load(context, one, wanted, call));
    if (tuple === undefined) continue;
    yield tuple;
    left -= 1;
    if (left <= 0) return;
  }
}

function find(table: CheckpointTable, wanted: ListQuery, step: Step): AsyncGenerator<FoundCheckpoint> {
  const { thread, ns } = wanted;
  if (thread === undefined) return ofAllThreads(table, wanted, step);
  if (ns === undefined) return ofOneThread(table, thread, wanted, step);
  return ofOnePlace(table, { thread, ns }, wanted, step);
}

/** @returns undefined if it does not match, or has expired */
async function load(
  context: SaverContext,
  { place, bundled }: FoundCheckpoint,
  { filter }: ListQuery,
  call: Call,
): Promise<CheckpointTuple | undefined> {
  if (context.settings.strict && isPast(bundled.header)) return undefined;
  try {
    const opened = await openOne(context, place, bundled, call);
    const loading = new Loading(context.table, context.serde, place);
    if (filter && !matches(await loading.metadata(opened, call), filter)) return undefined;
    return await loadOpened(context, place, opened, call);
  } catch (error) {
    if (!(error instanceof BlobMissing)) throw error;
    const still = await findHeader(context.table, { ...place, id: bundled.id }, call);
    return still && notWhole(bundled, error);
  }
}
