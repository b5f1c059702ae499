import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { Expression } from '../../../dynamodb/expression.ts';
import { number, numberAt } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../platform/time/server-clock.ts';
import type { Call } from '../../backend/backend.ts';
import { isLive, refreshedExpiry } from '../../backend/life.ts';
import type { SessionHeader, SessionKey } from '../../backend/session-record.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { names } from '../items/names.ts';
import { headerOf } from '../items/session-item.ts';
import type { SessionTable } from '../table/session-table.ts';
import { expiresBefore, expirySets, has, isLiveAt, isNotRotated, setTo } from '../expressions/conditions.ts';
import { isTooLate } from './late.ts';

/**
 * One request if the session is unchanged since it was read.
 * @param known its header as it was read; or only its key: then it is read first
 */
export async function refresh(
  table: SessionTable,
  known: SessionKey | SessionHeader,
  call: Call,
): Promise<SessionHeader | undefined> {
  let header = 'expiresAt' in known ? known : await readHeader(table, known, call);
  for (let others = 0; header !== undefined; others += 1) {
    const now = await table.time(call);
    if (header.successor !== undefined || !isLive(header, now.latest)) return undefined;
    // In doubt about the time, the expiry moves less far.
    const to = refreshedExpiry(header, now.earliest);
    // Other requests have used the session at the same time, and have moved the expiry.
    if (others > 0 && to === header.expiresAt) return header;
    const input = inputOf(header, to, now);
    const tried = await table.update(input, call);
    if ('done' in tried) {
      const from = numberAt(tried.done.item ?? {}, names.expiresAt) ?? header.expiresAt;
      if (await isTooLate(table, header, { from, to }, call)) return undefined;
      return { ...header, expiresAt: to, seenAt: now.earliest };
    }
    header = tried.refused.item && headerOf(tried.refused.item);
  }
  return undefined;
}

async function readHeader(
  table: SessionTable,
  key: SessionKey,
  call: Call,
): Promise<SessionHeader | undefined> {
  const item = await table.get(sessionKeyItem(key), call);
  return item && headerOf(item);
}

function inputOf(
  header: SessionHeader,
  to: number,
  { earliest, latest }: TimeRange,
): Omit<UpdateItemCommandInput, 'TableName'> {
  const expression = new Expression();
  const sets = [setTo(expression, names.seenAt, number(earliest))];
  const conditions = [isLiveAt(expression, latest), isNotRotated(expression)];
  if (to > header.expiresAt) {
    sets.push(...expirySets(expression, to));
    conditions.push(expiresBefore(expression, to), has(expression, names.idleMS, header.idleMS));
  }
  return {
    Key: sessionKeyItem(header),
    UpdateExpression: `SET ${sets.join(', ')}`,
    ConditionExpression: conditions.join(' AND '),
    ReturnValues: 'UPDATED_OLD',
    ...expression.parts,
  };
}
