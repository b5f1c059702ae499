import type { LiveSession } from '../../guard/live-session.ts';
import type { Site } from '../../session/events.ts';

/** The call of a commit or an abort. @returns the error of a rule that refuses it */
export function announceEnding(
  live: LiveSession,
  as: 'commit' | 'abort',
  by: 'user' | 'helper',
  site: Site | undefined,
): Error | undefined {
  const { record, guard } = live;
  // A helper has settled everything when its callback returned.
  const pending = by === 'helper' ? [] : live.pending(live.helper?.operation);
  return guard.ask({ type: 'transaction.ending', session: record.id, as, by, pending, site }, record);
}
