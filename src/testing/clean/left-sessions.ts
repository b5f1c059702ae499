import type { LiveSession } from '../../guard/runtime/session/live-session.ts';
import type { CleanWatch } from './clean-watch.ts';
import type { RunningTest } from './running-test.ts';

/** Which test has started which session, until the test or the session ends. */
export class LeftSessions {
  readonly #owners = new Map<LiveSession, readonly RunningTest[]>();

  started(session: LiveSession, owners: readonly RunningTest[]): void {
    if (owners.length > 0) this.#owners.set(session, owners);
  }

  /**
   * Reports to the rules each session that the test has started and left open. If several tests ran at once, and it is not
   * known which has started a session, the last test to end gets the finding.
   */
  look(test: RunningTest, watch: CleanWatch): void {
    for (const [session, owners] of this.#owners) {
      const isOpen = session.record.phase === 'open';
      const mayBeOfOthers = owners.some(owner => owner !== test && !owner.over);
      if (isOpen && (!owners.includes(test) || mayBeOfOthers)) continue;
      this.#owners.delete(session);
      if (isOpen) publishLeft(session, [...owners.filter(owner => owner !== test), test], watch);
    }
  }
}

function publishLeft(
  { guard, record }: LiveSession,
  owners: readonly RunningTest[],
  watch: CleanWatch,
): void {
  watch.findFor(owners, () => guard.publish({ type: 'session.left', session: record.id }, record));
}
