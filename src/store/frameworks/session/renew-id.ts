import { checkOptions } from '../../../platform/options/check-options.ts';
import { checkFor } from '../../../platform/options/checks.ts';
import { StoreUnavailableError } from '../../errors.ts';
import type { StoreSettings } from '../../options/settings.ts';
import { type Loaded, loadedFrom } from '../../sessions/loaded.ts';
import { rotate } from '../../operations/rotate.ts';
import { successorOf } from '../../sessions/successor.ts';
import { patienceOf } from '../../sessions/store-context.ts';
import { cookieLifeOf } from '../shared/cookie-life.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import { isBroughtOver } from '../migrate/bring-over.ts';
import { oldStoreOf } from '../migrate/old-store.ts';
import { renewedFrom } from './save-renewed.ts';
import { leftOf, type Snapshot, snapshotOf, storeTimeAt } from '../shared/snapshots.ts';

/** When the requests of a session give it a new id. */
export interface RenewalOptions {
  /**
   * The age, in seconds, from which an id is replaced at the next request: at least 1, less than `absoluteSeconds` of the
   * store.
   */
  readonly afterSeconds: number;
  /**
   * How long the old id still works for requests in flight, in seconds, at least 1.
   * @default 60
   */
  readonly graceSeconds?: number | undefined;
}

export interface Renewal {
  readonly afterMS: number;
  readonly graceMS: number;
}

const usualGraceSeconds = 60;
export const usualGraceMS = usualGraceSeconds * 1000;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION */
export function checkRenewal(
  options: RenewalOptions,
  { absoluteMS }: Pick<StoreSettings, 'absoluteMS'>,
): Renewal {
  const aTime = checkFor(
    `a number of seconds, at least 1 and less than the absoluteSeconds of the store (${absoluteMS / 1000})`,
    value => Number.isFinite(value) && Number(value) >= 1 && Number(value) * 1000 < absoluteMS,
  );
  const { afterSeconds, graceSeconds = usualGraceSeconds } = checkOptions<RenewalOptions>(
    options,
    'renewIds',
    { afterSeconds: aTime, graceSeconds: aTime },
    { required: ['afterSeconds'] },
  );
  return { afterMS: afterSeconds * 1000, graceMS: graceSeconds * 1000 };
}

/** A session object with the new id, which replaces a request's own object. */
export interface StandIn {
  readonly session: object;
  /** Gives the request its original session back. */
  undo(): void;
}

/**
 * Gives the session of a request a new id, and keeps everything else. The old id works for another `graceMS`.
 * @param standIn puts one into the request. It runs before the store is asked, because it may find that the framework makes
 * other ids
 * @returns undefined if the request keeps its session: the session has ended, another request was faster, or the session got
 * another user meanwhile
 */
export async function renewId(
  framework: FrameworkContext,
  session: object,
  graceMS: number,
  standIn: (id: string) => StandIn,
): Promise<object | undefined> {
  const { context, known, snapshots } = framework;
  const snapshot = snapshots.of(session);
  const from = snapshot && (await renewable(framework, snapshot));
  if (snapshot === undefined || from === undefined) return undefined;
  const who = { user: undefined, login: undefined, authenticatedAt: undefined, device: undefined };
  const { id, to } = await successorOf(context, from, who);
  const end = endOf(session, snapshot);
  const own = standIn(id);
  try {
    const plan = { to: (old: Loaded) => ({ ...to(old), ...end }), graceMS, isLogIn: false };
    const loaded = await rotate(context, from, { ...plan, until: patienceOf(context) });
    if (loaded !== 'other user') {
      framework.superseded.add(snapshot.loaded.key.hash);
      framework.superseded.add(from.key.hash);
    }
    if (loaded === 'ended' || loaded === 'other user') {
      own.undo();
      return undefined;
    }
    context.audit.rotated(loaded.header);
    known.use(loaded.key.hash);
    snapshots.set(own.session, snapshotOf(loaded, snapshot));
    return own.session;
  } catch (error) {
    own.undo();
    throw error;
  }
}

/**
 * The session that gets the new id: the successor, if the request came with an old id. A session that a migration's old store
 * has under its id keeps this id.
 */
async function renewable(framework: FrameworkContext, { loaded }: Snapshot): Promise<Loaded | undefined> {
  const { context } = framework;
  const { header } = loaded;
  if (oldStoreOf(framework) !== undefined && isBroughtOver(header)) return undefined;
  if (header.successor === undefined) return loaded;
  const successor = await renewedFrom(context, header);
  return successor === undefined || successor === 'not yet'
    ? undefined
    : loadedFrom(context.codec, successor, successor);
}

/** A new id does not move an end that the cookie has set. */
function endOf({ cookie }: { readonly cookie?: unknown }, snapshot: Snapshot): { expiresInMS?: number } {
  return cookieLifeOf(cookie).kind === 'fixed' ? { expiresInMS: Math.max(1, leftOf(snapshot)) } : {};
}

/** Like `renewId`, if the id is old enough. If the store cannot do it, the request continues with its current id. */
export async function renewOldId(
  framework: FrameworkContext,
  session: object,
  renewal: Renewal,
  standIn: (id: string) => StandIn,
): Promise<object | undefined> {
  const snapshot = framework.snapshots.of(session);
  if (snapshot === undefined || !isDue(framework, snapshot, renewal)) return undefined;
  try {
    return await renewId(framework, session, renewal.graceMS, standIn);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    framework.reports.refreshFailed(error);
    return undefined;
  }
}

function isDue(
  { superseded }: Pick<FrameworkContext, 'superseded'>,
  snapshot: Snapshot,
  { afterMS, graceMS }: Renewal,
): boolean {
  const { header, key } = snapshot.loaded;
  const now = storeTimeAt(snapshot);
  if (header.successor === undefined) return now - (header.renewedAt ?? header.createdAt) >= afterMS;
  superseded.add(key.hash);
  // After this time the browser has not received the new id.
  return now - header.seenAt >= graceMS / 2;
}
