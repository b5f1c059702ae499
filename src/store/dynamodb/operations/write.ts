import type { Item } from '../../../dynamodb/items.ts';
import type { Call } from '../../backend/backend.ts';
import type { Change, Written } from '../../backend/change.ts';
import { refusalOf, writtenExpiry } from '../../backend/life.ts';
import type { SessionHeader, SessionKey, SessionRecord } from '../../backend/session-record.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { fieldsMap, headerOf, recordOf, writeOf } from '../items/session-item.ts';
import { checkSize } from '../size.ts';
import type { SessionTable } from '../table/session-table.ts';
import { names } from '../items/names.ts';
import { isTooLate } from './late.ts';
import { isMany, newWrite, type Plan } from '../expressions/write-plan.ts';
import { updateOf } from '../expressions/update-of.ts';

const ended: Written = { outcome: 'ended', header: undefined };

/**
 * One request if the caller has read the session, even if others have written it since: the values behind the new expiry seldom
 * change. Otherwise the session is read first, or comes with the refusal of that request, and is written only if it is
 * unchanged.
 * @param from its header as it was read, or only its key
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
    // The caller's copy is too old to find out why a write was refused.
    const refusal = found && refusalOf(found, change, now.latest);
    if (refusal !== undefined) return refusal;
    // In doubt about the time, the expiry moves less far.
    const expiresAt = writtenExpiry(known, change, now.earliest);
    const plan: Plan = { change, name, now, known, found, expiresAt };
    const tried = await table.update({ Key: sessionKeyItem(from), ...updateOf(plan) }, call);
    if ('done' in tried) return afterWrite(table, plan, tried.done.item, call);
    const { item, tries } = tried.refused;
    if (item === undefined) return ended;
    // The response to the first attempt was lost, and the client has tried again.
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

/**
 * If there were several attempts, the first may have been done, and overwritten since: then this is not a conflict, and the
 * outcome is unknown.
 */
function refuseUnknown(found: SessionRecord, { ifVersion }: Change, tries: number): void {
  if (ifVersion === undefined || tries === 1 || found.version <= ifVersion) return;
  throw new Error('The first attempt to write got no response, and others have written the session since.');
}
