import type { SessionHeader } from '../backend/session-record.ts';
import { writing } from '../calls/calls.ts';
import { destroy } from './destroy.ts';
import { liveOf } from './list.ts';
import type { Parts } from './parts.ts';

/** Removes the oldest sessions of a user above the limit. All who do this at once decide alike. */
export async function keepNewest(parts: Parts, user: string): Promise<void> {
  const { maxPerUser } = parts.settings;
  if (maxPerUser === undefined) return;
  const sessions = await liveOf(parts, user);
  const surplus = sessions.toSorted(byAge).slice(0, Math.max(0, sessions.length - maxPerUser));
  await Promise.all(surplus.map(({ key }) => destroy(parts, key, { reason: 'too many', task })));
}

const task = writing("ending a user's oldest session");

type Aged = { readonly header: SessionHeader };

/** The hash decides between those of one millisecond. */
function byAge(a: Aged, b: Aged): number {
  return a.header.createdAt - b.header.createdAt || (a.header.hash < b.header.hash ? -1 : 1);
}
