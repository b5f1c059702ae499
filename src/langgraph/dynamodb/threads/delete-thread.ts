import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { uuid6 } from '@langchain/langgraph-checkpoint';
import { type Item, textAt } from '../../../dynamodb/items.ts';
import type { Call, SaverCalls } from '../calls/calls.ts';
import { writing } from '../../../platform/time/timed-calls.ts';
import { names } from '../items/stored.ts';
import { type ParsedKey, parseKey } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { byCodePoint } from '../items/in-order.ts';
import { raiseFence } from './fence.ts';

/** An item of the thread, without its content. */
interface Entry {
  readonly item: Item;
  readonly key: ParsedKey;
}

/** The arguments for the deletion of a thread. */
export interface Deletion {
  readonly table: CheckpointTable;
  readonly calls: SaverCalls;
  readonly thread: string;
  /** When the fence may be deleted, in whole seconds since 1970. */
  readonly fenceExpires: number;
}

/**
 * First a fence, then deletions, until no item is found that the fence refuses. Items that were written in between, and the
 * checkpoints that come from them, are deleted too. A thread that was started again meanwhile stays.
 */
export async function deleteThread(deletion: Deletion): Promise<void> {
  let fence = newestOf(await entriesOf(deletion)) ?? uuid6(0);
  for (;;) {
    await raise(deletion, fence);
    const entries = await entriesOf(deletion);
    const slipped = slippedThrough(entries, fence);
    const doomed = entries.filter(({ key }) => byCodePoint(key.id, fence) <= 0 || slipped.has(key.id));
    await sweep(deletion, doomed);
    if (slipped.size === 0) return;
    fence = later(uuid6(0), [...slipped].reduce(later));
  }
}

/** Checkpoints above the fence that come from one below it. */
function slippedThrough(entries: readonly Entry[], fence: string): ReadonlySet<string> {
  const above = entries.filter(
    ({ key: { kind, id } }) => kind === 'checkpoint' && byCodePoint(id, fence) > 0,
  );
  const slipped = above.filter(({ item }) => byCodePoint(textAt(item, names.oldest) ?? '', fence) <= 0);
  return new Set(slipped.map(({ key: { id } }) => id));
}

function newestOf(entries: readonly Entry[]): string | undefined {
  const ids = entries.map(({ key: { id } }) => id);
  return ids.length === 0 ? undefined : ids.reduce(later);
}

function later(a: string, b: string): string {
  return byCodePoint(a, b) < 0 ? b : a;
}

function raise({ table, calls, thread, fenceExpires }: Deletion, newest: string): Promise<void> {
  return calls.run(writing('deleting a thread'), call =>
    raiseFence(table, { thread, newest, expires: fenceExpires }, call),
  );
}

/** How many items one step deletes. */
const perStep = 500;

async function sweep({ table, calls }: Deletion, doomed: readonly Entry[]): Promise<void> {
  for (let at = 0; at < doomed.length; at += perStep) {
    const items = doomed.slice(at, at + perStep).map(({ item }) => item);
    await calls.run(writing('deleting a thread'), call => table.delete(items, call));
  }
}

async function entriesOf({ table, calls, thread }: Deletion): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let after: Item | undefined;
  do {
    const query = new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: '#p = :p',
      ProjectionExpression: '#p, #s, #o',
      ExpressionAttributeNames: { '#p': names.partition, '#s': names.sort, '#o': names.oldest },
      ExpressionAttributeValues: { ':p': table.partition(thread) },
      ConsistentRead: true,
      ...(after && { ExclusiveStartKey: { ...after } }),
    });
    const page = await calls.run(writing('deleting a thread'), ({ signal }: Call) =>
      table.connection.send(query, signal),
    );
    for (const item of page.Items ?? []) entries.push(...entryOf(item));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return entries;
}

function entryOf(item: Item): readonly Entry[] {
  const key = parseKey(textAt(item, names.sort) ?? '');
  return key === undefined || key.kind === 'fence' ? [] : [{ item, key }];
}
