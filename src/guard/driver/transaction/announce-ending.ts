import { clock } from '../../../platform/time/clock.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import type { Operation, Site } from '../../events/events.ts';

const none: readonly Operation[] = [];

/** Publishes the call of a commit or an abort. @returns the error of a rule that refuses it */
export function announceEnding(
  live: LiveSession,
  as: 'commit' | 'abort',
  by: 'user' | 'runner',
  site: Site | undefined,
): Error | undefined {
  const { record, guard, run, runner } = live;
  (runner ?? run).advance({ type: 'ending', as, by });
  // A runner has settled everything when its callback returned.
  const pending = by === 'runner' ? none : live.pending(runner?.operation);
  const event = {
    v: 1,
    type: 'transaction.ending',
    at: clock.now(),
    client: guard.id,
    session: record.id,
    as,
    by,
    pending,
    site,
  } as const;
  return guard.publishAndAsk(event, record);
}
