import type { Item } from '../../../dynamodb/items.ts';
import type { Call } from '../../backend/backend.ts';
import type { Change, Written } from '../../backend/change.ts';
import { refusalOf } from '../../backend/change-refused.ts';
import { writtenExpiry } from '../../backend/life.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import type { SessionHeader, SessionRecord } from '../../backend/session-record.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { headerOf, recordOf, writeOf } from '../items/session-item.ts';
import { checkSize } from '../size.ts';
import type { SessionTable } from '../table/session-table.ts';
import { fieldsMap } from '../items/fields-map.ts';
import { names } from '../items/names.ts';
import { isTooLate } from './late.ts';
import { newWrite } from './new-write.ts';
import { updateOf } from './update-of.ts';
import { isMany, type Plan } from './write-plan.ts';

const ended: Written = { outcome: 'ended', header: undefined };

/**
 * One request where the caller has read the session, whatever others have written since: what the new expiry is made of seldom
 * changes. Otherwise the session is read first, or by the refusal of that request, and written only if it is still so.
 * @param from its header as it was read, or its key alone
 */
export async function write(
  table: SessionTable,
  from: SessionKey | SessionHeader,
  change: Change,
  call: Call,
): Promise<Written> {
  checkSize({ [names.fields]: fieldsMap(change.set) });
  const name = newWrite();
  const header = 'expiresAt' in from && !isMany(change) ? from : undefined;
  let found = header === undefined ? await readRecord(table, from, call) : undefined;
  for (;;) {
    const known = found ?? header;
    if (known === undefined) return ended;
    const now = await table.time(call);
    // What the caller has read is too old to tell why a write is refused.
    const refusal = found && refusalOf(found, change, now.latest);
    if (refusal !== undefined) return refusal;
    // In doubt about the time it moves less far.
    const expiresAt = writtenExpiry(known, change, now.earliest);
    const plan: Plan = { change, name, now, known, found, expiresAt };
    const tried = await table.update({ Key: sessionKeyItem(from), ...updateOf(plan) }, call);
    if ('done' in tried) return afterWrite(table, plan, tried.done.item, call);
    const { item, tries } = tried.refused;
    if (item === undefined) return ended;
    // The answer to the first try was lost, and the client has tried again.
    if (writeOf(item) === name) return writtenAs(item, change);
    found = recordOf(item);
    refuseUnknown(found, change, tries);
  }
}

async function readRecord(
  table: SessionTable,
  key: SessionKey,
  call: Call,
): Promise<SessionRecord | undefined> {
  const item = await table.get(sessionKeyItem(key), call);
  return item && recordOf(item);
}

async function afterWrite(
  table: SessionTable,
  { change, known, expiresAt }: Plan,
  item: Item | undefined,
  call: Call,
): Promise<Written> {
  if (item === undefined) throw new TypeError('DynamoDB has not returned what it has written.');
  if (await isTooLate(table, known, { from: known.expiresAt, to: expiresAt }, call)) return ended;
  return writtenAs(item, change);
}

function writtenAs(item: Item, change: Change): Written {
  const header = headerOf(item);
  const known = header.version - 1 === change.knownVersion;
  return { outcome: 'written', header, fields: known ? undefined : recordOf(item).fields };
}

/** Of several tries the first one may have been done, and overwritten since: then this is no conflict, but not known. */
function refuseUnknown(found: SessionRecord, { ifVersion }: Change, tries: number): void {
  if (ifVersion === undefined || tries === 1 || found.version <= ifVersion) return;
  throw new Error('The first try to write got no answer, and the session has been written by others since.');
}
