import { type Item, text } from '../../../dynamodb/items.ts';
import type { Call, Inserted } from '../../backend/backend.ts';
import { isRevoked, type RevocationMark } from '../../backend/revocation-mark.ts';
import { bornAt } from '../../backend/life.ts';
import type { NewSession } from '../../backend/session-record.ts';
import { afterWrite } from '../../requests/after-write.ts';
import type { RevocationMarkReads } from '../../requests/revocation-mark-reads.ts';
import { names } from '../items/names.ts';
import { itemOf, writeOf } from '../items/session-item.ts';
import { checkSize } from '../size.ts';
import type { SessionTable } from '../table/session-table.ts';
import { newWrite } from '../expressions/write-plan.ts';
import { withdraw } from './remove.ts';

/**
 * Inserts, then reads the revocation mark, and deletes the session again if the mark refuses it. A transaction would do both at
 * once, at four times the price.
 */
export async function insert(
  table: SessionTable,
  marks: RevocationMarkReads,
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
  const mark = await afterWrite(() => lookOrTakeBack(table, marks, session, call));
  if (mark === undefined || !isRevoked(mark, session)) return { outcome: 'created', header: record };
  await afterWrite(() => takeBack(table, session, call));
  return { outcome: 'revoked', mark };
}

/** The response to the first attempt was lost, and the client has tried again. */
function isOurs(item: Item | undefined, write: string): boolean {
  return item !== undefined && writeOf(item) === write;
}

/** If the read of the mark fails, the call fails: then no session should be left, either. */
async function lookOrTakeBack(
  table: SessionTable,
  marks: RevocationMarkReads,
  session: NewSession,
  call: Call,
): Promise<RevocationMark | undefined> {
  try {
    return (await marks.one(session.userKey, call)).mark;
  } catch (error) {
    await takeBack(table, session, call).catch(() => undefined); // the first failure is reported
    throw error;
  }
}

function takeBack(table: SessionTable, session: NewSession, call: Call): Promise<void> {
  return withdraw(table, session, { name: names.handle, value: text(session.handle) }, call);
}
