import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Item, number, numberAt, text, textAt } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../platform/time/server-clock.ts';
import type { NewRevocationMark, RevocationMark } from '../../backend/revocation-mark.ts';
import { unreadable } from '../../errors.ts';
import { cleanAfter, names } from './names.ts';
import { markKeyItem } from './keys.ts';

/** Stored in the partition of the user's sessions. In doubt about the time, the mark gets a later time and lasts longer. */
export function markItem(
  userKey: string,
  mark: NewRevocationMark,
  now: TimeRange,
): Record<string, AttributeValue> {
  const until = now.latest + mark.lifeMS;
  return {
    ...markKeyItem(userKey),
    [names.epoch]: text(mark.epoch),
    [names.createdAt]: number(now.latest),
    [names.expiresAt]: number(until),
    [names.cleanAfter]: cleanAfter(until),
    ...(mark.except !== undefined && { [names.except]: text(mark.except) }),
  };
}

/** @returns undefined if there is none, or it has expired */
export function currentMark(item: Item | undefined, now: TimeRange): RevocationMark | undefined {
  if (item === undefined) return undefined;
  const epoch = textAt(item, names.epoch);
  const at = numberAt(item, names.createdAt);
  const until = numberAt(item, names.expiresAt);
  if (epoch === undefined || at === undefined || until === undefined)
    throw unreadable(
      "A stored revocation mark of a user's sessions was written by another program than this store.",
    );
  return now.earliest < until ? { epoch, at, except: textAt(item, names.except) } : undefined;
}
