import { checkOptions } from '../../../platform/options/check-options.ts';
import { atLeast } from '../../../platform/options/checks.ts';
import { notLoggedIn, reauthenticate, sessionEnded } from '../../errors.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import { saveRenewed } from '../session/save-renewed.ts';
import { type Snapshot, snapshotOf, storeTimeAt } from '../shared/snapshots.ts';

export interface RecentAuthenticationOptions {
  /** The greatest age of the user's last authentication, in seconds; at least 1. */
  readonly withinSeconds: number;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION */
export function checkWithin(options: RecentAuthenticationOptions): number {
  const { withinSeconds } = checkOptions<RecentAuthenticationOptions>(
    options,
    'requireRecentAuthentication',
    { withinSeconds: atLeast(1, 'seconds') },
    { required: ['withinSeconds'] },
  );
  return withinSeconds;
}

/**
 * The age of the last authentication of a session's user, in seconds, by the clock of the store.
 * @returns undefined for a session without a user, and if it is not known
 */
export function authenticationAgeOf(snapshot: Snapshot | undefined): number | undefined {
  if (snapshot === undefined) return undefined;
  const { user, authenticatedAt } = snapshot.loaded.header;
  if (user === undefined || authenticatedAt === undefined) return undefined;
  return Math.max(0, storeTimeAt(snapshot) - authenticatedAt) / 1000;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_NOT_LOGGED_IN */
export function requireUser(snapshot: Snapshot | undefined): asserts snapshot is Snapshot {
  if (snapshot?.loaded.header.user === undefined) throw notLoggedIn();
}

/** The reason why a route refuses a session, if there is one. */
export function refusalOfAge(snapshot: Snapshot | undefined, withinSeconds: number): Error | undefined {
  if (snapshot?.loaded.header.user === undefined) return notLoggedIn();
  const age = authenticationAgeOf(snapshot);
  return age === undefined || age > withinSeconds ? reauthenticate(withinSeconds) : undefined;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_NOT_LOGGED_IN, ERR_SESSION_GUARD_STORE_ENDED */
export async function confirmAuthentication(
  { context, snapshots }: Pick<FrameworkContext, 'context' | 'snapshots'>,
  session: object,
): Promise<void> {
  const snapshot = snapshots.of(session);
  requireUser(snapshot);
  const saved = await saveRenewed(context, snapshot.loaded, { authenticated: true });
  if (saved.outcome !== 'saved') throw sessionEnded();
  context.audit.reauthenticated(saved.loaded.header);
  snapshots.set(session, snapshotOf(saved.loaded, snapshot));
}
