import type { DeltaChannelHistory } from '@langchain/langgraph-checkpoint';
import { textAt } from '../../../dynamodb/items.ts';
import { BlobMissing } from '../blobs/fetch.ts';
import type { Call, SaverCalls } from '../calls/calls.ts';
import { reading } from '../../../platform/time/timed-calls.ts';
import type { Step } from '../checkpoints/backwards.ts';
import type { Bundled } from '../checkpoints/bundled.ts';
import { findLatest, findOne } from '../checkpoints/find.ts';
import { Loading } from '../checkpoints/load.ts';
import { openOne, type SaverContext } from '../checkpoints/read.ts';
import { names } from '../items/stored.ts';
import type { Place } from '../keys/partition.ts';
import { ancestors, gone } from './ancestors.ts';
import { Histories } from './history.ts';

/** The result of reading a checkpoint's ancestors, and the chain that it is built on. */
export interface History {
  readonly channels: Record<string, DeltaChannelHistory>;
  /** The checkpoint itself first. */
  readonly chain: readonly Bundled[];
}

/** @param id undefined: the latest */
export async function readHistory(
  context: SaverContext,
  place: Place,
  {
    id,
    channels,
    calls,
  }: { readonly id: string | undefined; readonly channels: readonly string[]; readonly calls: SaverCalls },
): Promise<History> {
  const step: Step = send => calls.run(reading('reading the history of channels'), send);
  const histories = new Histories(channels);
  const loading = new Loading(context.table, context.serde, place);
  const read: Bundled[] = [];
  try {
    const start = await startOf(context, place, id, step);
    if (start !== undefined) read.push(start);
    const parent = start && textAt(start.header, names.parent);
    for await (const bundled of ancestors(context.table, place, parent, step)) {
      read.push(bundled);
      histories.add(await step(call => openOne(context, place, bundled, call)));
      if (histories.isComplete) break;
    }
    const found = await step(call => load(loading, histories, call));
    return { channels: found, chain: read };
  } catch (error) {
    throw error instanceof BlobMissing ? gone() : error;
  }
}

async function load(
  loading: Loading,
  histories: Histories,
  call: Call,
): Promise<Record<string, DeltaChannelHistory>> {
  return histories.load(loading, await loading.blobs(histories.values(), call));
}

async function startOf(
  context: SaverContext,
  place: Place,
  id: string | undefined,
  step: Step,
): Promise<Bundled | undefined> {
  if (id === undefined) return step(call => findLatest(context.table, place, call));
  const found = await step(call => findOne(context.table, { ...place, id }, call));
  if (found === undefined) throw gone();
  return found;
}
