import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { backOff } from '../platform/time/timed-calls.ts';
import type { Connection } from './connection.ts';
import type { Item } from './items.ts';

/** The most that one request may ask for. */
const mostKeys = 100;
/** Attempts without any item: with the pauses, about as many as the client makes for a single item. */
const mostVainTries = 4;
const firstPauseMS = 50;

export interface BatchGetRequest {
  readonly table: string;
  /** The keys by a text of the caller: each key once. */
  readonly keys: ReadonlyMap<string, Item>;
  /** The text of an item that was found. */
  readonly textOf: (item: Item) => string;
}

export interface Got {
  readonly found: ReadonlyMap<string, Item>;
  /** The keys that the service has left out in every attempt: throttled. */
  readonly leftOut: ReadonlySet<string>;
}

/** Consistent reads of many items. */
export async function batchGet(
  connection: Connection,
  wanted: BatchGetRequest,
  signal: AbortSignal,
): Promise<Got> {
  const found = new Map<string, Item>();
  const chunks = chunked([...wanted.keys.values()]);
  const rests = await Promise.all(chunks.map(keys => getChunk(connection, wanted, keys, found, signal)));
  return { found, leftOut: new Set(rests.flat().map(wanted.textOf)) };
}

/** @returns the keys that were left out */
async function getChunk(
  connection: Connection,
  { table, textOf }: BatchGetRequest,
  keys: readonly Item[],
  found: Map<string, Item>,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  let rest = keys;
  for (let vain = 0; ; ) {
    const request = { [table]: { Keys: [...rest], ConsistentRead: true } };
    const answer = await connection.send(new BatchGetItemCommand({ RequestItems: request }), signal);
    for (const item of answer.Responses?.[table] ?? []) found.set(textOf(item), item);
    const unprocessed = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    vain = unprocessed.length < rest.length ? 0 : vain + 1;
    rest = unprocessed;
    if (rest.length === 0 || vain === mostVainTries) return rest;
    await backOff(vain, firstPauseMS, signal);
  }
}

function chunked(keys: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(keys.length / mostKeys);
  return Array.from({ length: count }, (_, index) => keys.slice(index * mostKeys, (index + 1) * mostKeys));
}
