import type { LiveSession } from '../../guard/live-session.ts';
import type { CleanWatch } from './clean-watch.ts';
import type { RunningTest } from './running-test.ts';

/** Which test has started which session, until one of both is over. */
export class LeftSessions {
  readonly #owners = new Map<LiveSession, readonly RunningTest[]>();

  started(session: LiveSession, owners: readonly RunningTest[]): void {
    if (owners.length > 0) this.#owners.set(session, owners);
  }

  /**
   * Tells the rules of each session that the test has started and left open. Of tests that ran at once, and of which it is not
   * known who has started a session, the last one to end stands for all.
   */
  look(test: RunningTest, watch: CleanWatch): void {
    for (const [session, owners] of this.#owners) {
      const isOpen = session.record.phase === 'open';
      const mayBeOfOthers = owners.some(owner => owner !== test && !owner.over);
      if (isOpen && (!owners.includes(test) || mayBeOfOthers)) continue;
      this.#owners.delete(session);
      if (isOpen) tell(session, [...owners.filter(owner => owner !== test), test], watch);
    }
  }
}

function tell({ guard, record }: LiveSession, owners: readonly RunningTest[], watch: CleanWatch): void {
  watch.findFor(owners, () => guard.publish({ type: 'session.left', session: record.id }, record));
}
