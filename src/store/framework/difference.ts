import type { Fields } from '../backend/session-record.ts';
import { type Difference, differenceOf } from '../data/field-texts.ts';
import type { StoreSettings } from '../options/settings.ts';
import type { Held } from './held.ts';
import { newIdleOf } from './life-changes.ts';
import { withSteadyCookie } from './session-texts.ts';
import type { Snapshot } from './snapshots.ts';

/** What an application has changed in a session since the snapshot. */
export interface Changed {
  /** What the object holds now. */
  readonly texts: Fields;
  readonly fields: Difference;
  /** Its new idle time in milliseconds, where that has changed. */
  readonly idleMS: number | undefined;
  /** Its new user, where that has changed. */
  readonly user: string | undefined;
}

/** @returns undefined if nothing but time has passed */
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
