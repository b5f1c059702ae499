import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../dynamodb/items.ts';
import type { Call } from '../calls/calls.ts';
import { names } from '../items/stored.ts';
import { checkSortKey } from '../keys/check-key.ts';
import { endOf } from '../keys/sort-keys.ts';
import type { CheckpointTable } from '../table/checkpoint-table.ts';
import { type Bundled, Grouping } from './bundled.ts';

/** A range of sort keys. */
export interface Range {
  readonly thread: string;
  readonly from: string;
  readonly to: string;
}

/** @param prefix whole parts of a key: the range has all keys that begin with it */
export function startingWith(thread: string, prefix: string): Range {
  return { thread, from: prefix, to: endOf(prefix) };
}

/** If the first page finds little, there may be many items to skip. */
const growth = 8;
/** A page of 1 MB has fewer items: above it a limit limits nothing, and DynamoDB takes none above 2^31. */
const mostLimit = 10_000;

/** Runs one request: `list` gives each request its own time limit. */
export type Step = <R>(send: (call: Call) => Promise<R>) => Promise<R>;

/**
 * The checkpoints of a range, read by consistent queries: newest first in each namespace.
 * @param firstLimit how many items the first page reads at most; each page after it reads several times as many as the one before.
 * undefined: 1 MB each
 */
export async function* backwards(
  table: CheckpointTable,
  range: Range,
  step: Step,
  firstLimit?: number,
): AsyncGenerator<Bundled> {
  const grouping = new Grouping();
  let limit = firstLimit;
  let after: Item | undefined;
  do {
    const query = queryOf(table, range, limit, after);
    const page = await step(({ signal }) => table.connection.send(new QueryCommand(query), signal));
    for (const item of page.Items ?? []) {
      const ended = grouping.add(item);
      if (ended) yield ended;
    }
    after = page.LastEvaluatedKey;
    if (limit !== undefined) limit = limit < mostLimit ? limit * growth : undefined;
  } while (after !== undefined);
  const last = grouping.end();
  if (last) yield last;
}

function queryOf(
  table: CheckpointTable,
  { thread, from, to }: Range,
  limit: number | undefined,
  after: Item | undefined,
): QueryCommandInput {
  return {
    TableName: table.name,
    KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#p': names.partition, '#s': names.sort },
    ExpressionAttributeValues: {
      ':p': table.partition(thread),
      ':from': { S: checkSortKey(from, 'a checkpoint') },
      ':to': { S: checkSortKey(to, 'a checkpoint') },
    },
    ConsistentRead: true,
    ScanIndexForward: false,
    ...(limit !== undefined && { Limit: limit }),
    ...(after && { ExclusiveStartKey: { ...after } }),
  };
}
