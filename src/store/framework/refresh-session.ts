import { writing } from '../calls/calls.ts';
import { StoreUnavailableError } from '../errors.ts';
import { changedSince } from './difference.ts';
import type { Framework } from './framework.ts';
import type { Held } from './held.ts';
import { refreshIsDue } from './life-changes.ts';
import { keepOld } from './migrate/keep-old.ts';
import { type Snapshot, snapshotOf } from './snapshots.ts';

const task = writing('refreshing a session');

/**
 * A use without a change. It moves the expiry where that is due, and never brings a session back.
 * @returns false if the session has ended meanwhile
 */
export async function refreshSession(
  framework: Framework,
  session: object,
  {
    snapshot,
    held,
    during,
  }: {
    readonly snapshot: Snapshot;
    readonly held: Pick<Held, 'id' | 'life'>;
    readonly during: 'save' | 'touch';
  },
): Promise<boolean> {
  const { parts, snapshots, reports } = framework;
  const { loaded } = snapshot;
  if (!isDue(framework, snapshot, held)) return true;
  try {
    const header = await parts.calls.run(task, (backend, call) => backend.refresh(loaded.key, call));
    if (header === undefined) {
      reports.ended(during, 'unknown', loaded.header.handle);
      return false;
    }
    const after = snapshotOf({ ...loaded, header }, snapshot);
    snapshots.set(session, after);
    await keepOld(framework, held.id, snapshot, after);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    reports.refreshFailed(error);
  }
  return true;
}

function isDue({ parts, settings }: Framework, snapshot: Snapshot, { life }: Pick<Held, 'life'>): boolean {
  return life.kind !== 'fixed' && refreshIsDue(snapshot, settings.touchAfterMS, parts.settings);
}

/** Whether a save would neither write nor move anything. */
export function isUnchanged(framework: Framework, snapshot: Snapshot, held: Held): boolean {
  const { settings } = framework.parts;
  return changedSince(snapshot, held, settings) === undefined && !isDue(framework, snapshot, held);
}
