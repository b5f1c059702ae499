import type { SessionHeader } from '../backend/session-record.ts';
import { writing } from '../../platform/time/timed-calls.ts';
import { destroy } from './destroy.ts';
import { liveSessionsOf } from './list.ts';
import type { StoreContext } from '../sessions/store-context.ts';

/** Removes the sessions of a user above the limit whose log-ins are the oldest. Concurrent calls choose the same sessions. */
export async function keepNewest(context: StoreContext, user: string): Promise<void> {
  const { maxPerUser } = context.settings;
  if (maxPerUser === undefined) return;
  const sessions = await liveSessionsOf(context, user);
  const surplus = sessions.toSorted(byAge).slice(0, Math.max(0, sessions.length - maxPerUser));
  await Promise.all(surplus.map(({ key }) => destroy(context, key, { reason: 'too many', task })));
}

const task = writing("ending a user's oldest session");

type Aged = { readonly header: SessionHeader };

/** The hash decides between sessions of the same millisecond. */
function byAge(a: Aged, b: Aged): number {
  return usedFrom(a) - usedFrom(b) || (a.header.hash < b.header.hash ? -1 : 1);
}

/** A session without a new id may be older than the log-in of its user. A log-in elsewhere may be older than the session. */
function usedFrom({ header: { createdAt, authenticatedAt = createdAt } }: Aged): number {
  return Math.max(createdAt, authenticatedAt);
}
