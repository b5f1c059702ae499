import { type Item, text } from '../../../dynamodb/items.ts';
import type { Call, Inserted } from '../../backend/backend.ts';
import { type Fence, isFenced } from '../../backend/fence.ts';
import { bornAt } from '../../backend/life.ts';
import type { NewSession } from '../../backend/session-record.ts';
import { afterWrite } from '../../requests/after-write.ts';
import type { FenceReads } from '../../requests/fence-reads.ts';
import { names } from '../items/names.ts';
import { itemOf, writeOf } from '../items/session-item.ts';
import { checkSize } from '../size.ts';
import type { SessionTable } from '../table/session-table.ts';
import { newWrite } from '../expressions/write-plan.ts';
import { withdraw } from './remove.ts';

/**
 * Inserts, then reads the fence, and deletes the session again if the fence refuses it. A transaction would do both at once, at
 * four times the price.
 */
export async function insert(
  table: SessionTable,
  fences: FenceReads,
  session: NewSession,
  call: Call,
): Promise<Inserted> {
  const { earliest } = await table.time(call);
  const write = newWrite();
  const record = bornAt(session, earliest);
  const item = itemOf(record, write);
  checkSize(item);
  const tried = await table.putNew(item, call);
  if ('refused' in tried && !isOurs(tried.refused.item, write)) return { outcome: 'taken' };
  if (session.user === undefined) return { outcome: 'created', header: record };
  const fence = await afterWrite(() => lookOrTakeBack(table, fences, session, call));
  if (fence === undefined || !isFenced(fence, session)) return { outcome: 'created', header: record };
  await afterWrite(() => takeBack(table, session, call));
  return { outcome: 'fenced', fence };
}

/** The response to the first attempt was lost, and the client has tried again. */
function isOurs(item: Item | undefined, write: string): boolean {
  return item !== undefined && writeOf(item) === write;
}

/** If the read of the fence fails, the call fails: then no session should be left, either. */
async function lookOrTakeBack(
  table: SessionTable,
  fences: FenceReads,
  session: NewSession,
  call: Call,
): Promise<Fence | undefined> {
  try {
    return (await fences.one(session.tag, call)).fence;
  } catch (error) {
    await takeBack(table, session, call).catch(() => undefined); // the first failure is reported
    throw error;
  }
}

function takeBack(table: SessionTable, session: NewSession, call: Call): Promise<void> {
  return withdraw(table, session, { name: names.handle, value: text(session.handle) }, call);
}
