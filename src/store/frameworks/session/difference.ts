import type { Fields } from '../../backend/session-record.ts';
import { type Difference, differenceOf } from '../../data/field-texts.ts';
import type { StoreSettings } from '../../options/settings.ts';
import type { Held } from '../shared/held.ts';
import { newIdleOf } from '../shared/life-changes.ts';
import { withSteadyCookie } from '../shared/session-texts.ts';
import type { Snapshot } from '../shared/snapshots.ts';

/** The changes of an application in a session since the snapshot. */
export interface Changed {
  /** The current texts of the object. */
  readonly texts: Fields;
  readonly fields: Difference;
  /** Its new idle time in milliseconds, if it has changed. */
  readonly idleMS: number | undefined;
  /** Its new user, if it has changed. */
  readonly user: string | undefined;
}

/** @returns undefined if only time has passed */
export function changedSince(
  snapshot: Snapshot,
  held: Pick<Held, 'texts' | 'life' | 'expires' | 'user'>,
  settings: StoreSettings,
): Changed | undefined {
  const texts = withSteadyCookie(snapshot.texts, held.texts);
  const fields = differenceOf(snapshot.texts, texts);
  const idleMS = newIdleOf(snapshot, held, settings);
  // A session that its user has left stays in that user's list until it ends.
  const user = held.user === snapshot.loaded.header.user ? undefined : held.user;
  const isSame = fields.set.size === 0 && fields.unset.length === 0;
  return isSame && idleMS === undefined && user === undefined ? undefined : { texts, fields, idleMS, user };
}
