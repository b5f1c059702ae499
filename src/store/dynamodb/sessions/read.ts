import { batchGet, type Got } from '../../../dynamodb/batch-get.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { Call, Reading } from '../../backend/backend.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import { StoreUnavailableError } from '../../errors.ts';
import { sessionKeyItem, textOfKey } from '../items/keys.ts';
import { recordOf } from '../items/session-item.ts';
import type { SessionTable } from '../table/session-table.ts';

type Answer = Reading | Error | undefined;

/** One read is one request; several are one for each hundred. */
export async function read(
  table: SessionTable,
  keys: readonly SessionKey[],
  call: Call,
): Promise<readonly Answer[]> {
  const [only] = keys;
  if (only === undefined) return [];
  if (keys.length === 1) {
    const item = await table.get(sessionKeyItem(only), call);
    const { latest } = await table.time(call);
    return [reading(item, latest)];
  }
  return readMany(table, keys, call);
}

async function readMany(
  table: SessionTable,
  keys: readonly SessionKey[],
  call: Call,
): Promise<readonly Answer[]> {
  const wanted = keys.map(sessionKeyItem);
  const texts = wanted.map(textOfKey);
  const byText = new Map(wanted.map((item, index) => [texts[index] ?? '', item]));
  const got = await batchGet(
    table.connection,
    { table: table.name, keys: byText, textOf: textOfKey },
    call.signal,
  );
  const { latest } = await table.time(call);
  return texts.map(key => answerOf(got, key, latest));
}

function answerOf({ found, leftOut }: Got, key: string, now: number): Answer {
  if (!leftOut.has(key)) return reading(found.get(key), now);
  return new StoreUnavailableError(
    'DynamoDB has left this session out of its answers several times: its partition is asked for too much.',
    { outcome: 'not done' },
  );
}

function reading(item: Item | undefined, now: number): Answer {
  if (item === undefined) return undefined;
  try {
    return { record: recordOf(item), now };
  } catch (error) {
    return error as Error;
  }
}
