import type { Item } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../dynamodb/time/measured-clock.ts';
import type { Call } from '../../backend/backend.ts';
import type { Change, Written } from '../../backend/change.ts';
import { refusalOf } from '../../backend/change-refused.ts';
import { writtenExpiry } from '../../backend/life.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import type { SessionRecord } from '../../backend/session-record.ts';
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
 * One request where the expiry does not move: what is written then does not depend on what is there. Otherwise the session is
 * read first, or by the refusal of that request, and written only if it is still so.
 */
export async function write(
  table: SessionTable,
  key: SessionKey,
  change: Change,
  call: Call,
): Promise<Written> {
  checkSize({ [names.fields]: fieldsMap(change.set) });
  const name = newWrite();
  let known = needsRecord(change) ? await readRecord(table, key, call) : undefined;
  if (known === undefined && needsRecord(change)) return ended;
  for (;;) {
    const now = await table.time(call);
    const refusal = known && refusalOf(known, change, now.latest);
    if (refusal !== undefined) return refusal;
    const plan: Plan = {
      change,
      name,
      now,
      ...(known && { known, expiresAt: expiryAfter(known, change, now) }),
    };
    const tried = await table.update({ Key: sessionKeyItem(key), ...updateOf(plan) }, call);
    if ('done' in tried) return afterWrite(table, plan, tried.done.item, call);
    const { item, tries } = tried.refused;
    if (item === undefined) return ended;
    // The answer to the first try was lost, and the client has tried again.
    if (writeOf(item) === name) return writtenAs(item, change);
    known = recordOf(item);
    refuseUnknown(known, change, tries);
  }
}

/** What is written depends on what is there. */
function needsRecord(change: Change): boolean {
  return change.idleMS !== undefined || change.endsInMS !== undefined || isMany(change);
}

async function readRecord(
  table: SessionTable,
  key: SessionKey,
  call: Call,
): Promise<SessionRecord | undefined> {
  const item = await table.get(sessionKeyItem(key), call);
  return item && recordOf(item);
}

/** In doubt a move is due, and goes less far. */
function expiryAfter(known: SessionRecord, change: Change, { earliest, latest }: TimeRange): number {
  const refreshBelowMS = change.refreshBelowMS + (latest - earliest);
  return writtenExpiry(known, { ...change, refreshBelowMS }, earliest);
}

async function afterWrite(
  table: SessionTable,
  { change, known, expiresAt }: Plan,
  item: Item | undefined,
  call: Call,
): Promise<Written> {
  if (item === undefined) throw new TypeError('DynamoDB has not returned what it has written.');
  const moved = known && expiresAt !== undefined && { from: known.expiresAt, to: expiresAt };
  if (moved && (await isTooLate(table, known, moved, call))) return ended;
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
