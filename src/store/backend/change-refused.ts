import type { Change, Written } from './change.ts';
import { isLive } from './life.ts';
import { sameKey } from './session-key.ts';
import type { SessionRecord } from './session-record.ts';

type Refusal = Exclude<Written, { outcome: 'written' }>;

/** Why a write is not done, if so. The conditions come in this order. */
export function refusalOf(
  record: SessionRecord | undefined,
  change: Change,
  now: number,
): Refusal | undefined {
  if (record === undefined || !isLive(record, now)) return { outcome: 'ended', header: record };
  const { next } = record;
  const mayHaveNext = change.next === null || (next && change.next && sameKey(next, change.next));
  if (next !== undefined && mayHaveNext !== true) return { outcome: 'rotated', header: record };
  if (change.ifVersion !== undefined && record.version !== change.ifVersion)
    return { outcome: 'conflict', record };
  return undefined;
}
