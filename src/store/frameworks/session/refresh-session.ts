import { writing } from '../../../platform/time/timed-calls.ts';
import { StoreUnavailableError } from '../../errors.ts';
import { changedSince } from './difference.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import type { Held } from '../shared/held.ts';
import { isSnapshotRefreshDue } from '../shared/life-changes.ts';
import { keepOld } from '../migrate/bring-over.ts';
import { isRenewed } from './save-renewed.ts';
import { type Snapshot, snapshotOf } from '../shared/snapshots.ts';

const task = writing('refreshing a session');

/**
 * A use without a change. It moves the expiry if a refresh is due, and never revives a session.
 * @returns false if the session has ended meanwhile
 */
export async function refreshSession(
  framework: FrameworkContext,
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
  const { context, snapshots, reports } = framework;
  const { loaded } = snapshot;
  if (!isDue(framework, snapshot, held)) return true;
  try {
    const header = await context.calls.run(task, (backend, call) => backend.refresh(loaded.key, call));
    if (header === undefined) {
      if (await isRenewed(context, loaded.key)) return true;
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

function isDue(
  { context, settings }: Pick<FrameworkContext, 'context' | 'settings'>,
  snapshot: Snapshot,
  { life }: Pick<Held, 'life'>,
): boolean {
  // The old id of a session is for reading.
  if (snapshot.loaded.header.successor !== undefined) return false;
  return life.kind !== 'fixed' && isSnapshotRefreshDue(snapshot, settings.touchAfterMS, context.settings);
}

/** True if a save would write nothing and move no expiry. */
export function isUnchanged(framework: FrameworkContext, snapshot: Snapshot, held: Held): boolean {
  const { settings } = framework.context;
  return changedSince(snapshot, held, settings) === undefined && !isDue(framework, snapshot, held);
}
