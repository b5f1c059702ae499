import { Expression } from '../../../dynamodb/expression.ts';
import { text } from '../../../dynamodb/items.ts';
import type { Call } from '../../backend/backend.ts';
import type { NewRevocationMark } from '../../backend/revocation-mark.ts';
import type { SessionHeader } from '../../backend/session-record.ts';
import { afterWrite } from '../../requests/after-write.ts';
import { markItem } from '../items/revocation-mark-item.ts';
import { sessionKeyItem } from '../items/keys.ts';
import { names } from '../items/names.ts';
import { headerOf } from '../items/session-item.ts';
import type { SessionTable } from '../table/session-table.ts';
import { list } from './list.ts';

/** The number of sessions that are deleted at once. */
const atOnce = 25;

/** The revocation mark first: sessions that are created after it are deleted again by their own `create`. */
export async function endAll(
  table: SessionTable,
  whom: { readonly userKey: string; readonly user: string },
  mark: NewRevocationMark,
  call: Call,
): Promise<readonly SessionHeader[]> {
  await table.put(markItem(whom.userKey, mark, await table.time(call)), call);
  return afterWrite(() => sweep(table, whom, mark, call));
}

async function sweep(
  table: SessionTable,
  { userKey, user }: { readonly userKey: string; readonly user: string },
  mark: NewRevocationMark,
  call: Call,
): Promise<readonly SessionHeader[]> {
  const ended: SessionHeader[] = [];
  for (;;) {
    const { headers } = await list(table, userKey, call);
    const left = headers.filter(header => header.user === user && header.handle !== mark.except);
    if (left.length === 0) return ended;
    for (let from = 0; from < left.length; from += atOnce) {
      const some = left.slice(from, from + atOnce);
      const removed = await Promise.all(some.map(header => end(table, header, user, call)));
      ended.push(...removed.filter(header => header !== undefined));
    }
  }
}

/** @returns undefined if the session did not exist any more, or belongs to another user */
async function end(
  table: SessionTable,
  listed: SessionHeader,
  user: string,
  call: Call,
): Promise<SessionHeader | undefined> {
  const expression = new Expression();
  const condition = `${expression.name(names.user)} = ${expression.value(text(user))}`;
  const input = { Key: sessionKeyItem(listed), ConditionExpression: condition, ...expression.parts };
  const tried = await table.delete(input, call);
  if ('done' in tried) return tried.done.item && headerOf(tried.done.item);
  // The response to the first attempt was lost, and the client has tried again.
  const mayBeOurs = tried.refused.item === undefined && tried.refused.tries > 1;
  return mayBeOurs ? listed : undefined;
}
