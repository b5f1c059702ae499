import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Item, number, numberAt, text, textAt } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../platform/server-clock.ts';
import type { Fence, NewFence } from '../../backend/fence.ts';
import { unreadable } from '../../errors.ts';
import { cleanAfter, names } from './names.ts';
import { fenceKeyItem } from './keys.ts';

/** Stored in the partition of the tag's sessions. In doubt about the time, the fence gets a later time and lasts longer. */
export function fenceItem(tag: string, fence: NewFence, now: TimeRange): Record<string, AttributeValue> {
  const until = now.latest + fence.lifeMS;
  return {
    ...fenceKeyItem(tag),
    [names.epoch]: text(fence.epoch),
    [names.createdAt]: number(now.latest),
    [names.expiresAt]: number(until),
    [names.cleanAfter]: cleanAfter(until),
    ...(fence.except !== undefined && { [names.except]: text(fence.except) }),
  };
}

/** @returns undefined if there is none, or it has expired */
export function standingFence(item: Item | undefined, now: TimeRange): Fence | undefined {
  if (item === undefined) return undefined;
  const epoch = textAt(item, names.epoch);
  const at = numberAt(item, names.createdAt);
  const until = numberAt(item, names.expiresAt);
  if (epoch === undefined || at === undefined || until === undefined)
    throw unreadable("A stored fence of a user's sessions was written by another program than this store.");
  return now.earliest < until ? { epoch, at, except: textAt(item, names.except) } : undefined;
}
