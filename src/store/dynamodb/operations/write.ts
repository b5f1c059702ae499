import type { Call } from '../../backend/backend.ts';
import type { Change, Written } from '../../backend/change.ts';
import { refusalOf, writtenExpiry } from '../../backend/life.ts';
import { fieldsAfter, headerAfter, isOfKnown } from '../../backend/known-write.ts';
import type { Fields, SessionHeader, SessionKey, SessionRecord } from '../../backend/session-record.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { fieldsMap, itemOf, recordOf, writeOf } from '../items/session-item.ts';
import { checkSize } from '../size.ts';
import type { Done, SessionTable } from '../table/session-table.ts';
import { names } from '../items/names.ts';
import { isTooLate } from './late.ts';
import { isMany, newWrite, type Plan } from '../expressions/write-plan.ts';
import { conditionOf, updateOf } from '../expressions/update-of.ts';

const ended: Written = { outcome: 'ended', header: undefined };

/**
 * One request if the caller has read the session. If it knows all fields, the whole item is stored, which takes the server half
 * of the time of an update, but is refused if others have written the session since. If it knows the header, this is an update,
 * which also succeeds if others have written the session, because the values behind the new expiry seldom change. Otherwise the
 * session is read first. A session that was read here, or that came with a refusal, is written only if it is unchanged.
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
  const whole = isOfKnown(from, change) ? fieldsAfter(from, change) : undefined;
  const isEnough = whole !== undefined || !isMany(change);
  const header = 'expiresAt' in from && isEnough ? from : undefined;
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
    const record = whole && found === undefined ? recordAfter(plan, whole) : undefined;
    const tried =
      record === undefined
        ? await table.update({ Key: sessionKeyItem(from), ...updateOf(plan) }, call)
        : await table.replace({ Item: itemOf(record, name), ...conditionOf(plan) }, call);
    if ('done' in tried) {
      const isOver = await isTooLate(table, known, { from: known.expiresAt, to: expiresAt }, call);
      return isOver ? ended : writtenAs(record ?? storedIn(tried.done), change);
    }
    const { item, tries } = tried.refused;
    if (item === undefined) return ended;
    found = recordOf(item);
    // The response to the first attempt was lost, and the client has tried again.
    if (writeOf(item) === name) return writtenAs(found, change);
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

/** The session after a write of all its fields. */
function recordAfter({ known, now }: Plan, fields: Fields): SessionRecord {
  return { ...headerAfter(known, now.earliest), fields };
}

function storedIn({ item }: Done): SessionRecord {
  if (item === undefined) throw new TypeError('DynamoDB has not returned what it has written.');
  return recordOf(item);
}

function writtenAs(record: SessionRecord, change: Change): Written {
  const isKnown = record.version - 1 === change.knownVersion;
  return { outcome: 'written', header: record, fields: isKnown ? undefined : record.fields };
}

/**
 * If there were several attempts, the first may have been done, and overwritten since: then this is not a conflict, and the
 * outcome is unknown.
 */
function refuseUnknown(found: SessionRecord, { ifVersion }: Change, tries: number): void {
  if (ifVersion === undefined || tries === 1 || found.version <= ifVersion) return;
  throw new Error('The first attempt to write got no response, and others have written the session since.');
}
