import { batchGet } from '../../../dynamodb/batch-get.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { Call } from '../../backend/backend.ts';
import { StoreUnavailableError } from '../../errors.ts';
import { textOfKey } from '../items/keys.ts';
import type { SessionTable } from '../table/session-table.ts';

type ItemResult = Item | Error | undefined;

/**
 * Consistent reads: one key is one request, several keys are one request for each hundred.
 * @returns in the order of the keys; an item that DynamoDB leaves out is an error in its place
 */
export async function getMany(
  table: SessionTable,
  keys: readonly Record<string, Item[string]>[],
  call: Call,
): Promise<readonly ItemResult[]> {
  const [only] = keys;
  if (only === undefined) return [];
  if (keys.length === 1) return [await table.get(only, call)];
  const texts = keys.map(textOfKey);
  const byText = new Map(keys.map((key, index) => [texts[index] ?? '', key]));
  const wanted = { table: table.name, keys: byText, textOf: textOfKey };
  const { found, leftOut } = await batchGet(table.connection, wanted, call.signal);
  return texts.map(text => (leftOut.has(text) ? throttled() : found.get(text)));
}

function throttled(): Error {
  return new StoreUnavailableError(
    'DynamoDB has left this item out of several responses: its partition is overloaded.',
    { outcome: 'not done' },
  );
}
