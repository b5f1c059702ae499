import type { Audit } from '../audit/audit.ts';
import type { Calls } from '../requests/calls.ts';
import type { Reads } from '../requests/reads.ts';
import type { FieldCodec } from '../crypto/field-codec.ts';
import type { UserKeys } from '../ids/user-keys.ts';
import type { StoreSettings } from '../options/settings.ts';
import type { LifeCut } from '../options/life-cut.ts';
import type { RevocationMarkLife } from './revocation-mark-life.ts';
import { clock } from '../../platform/time/clock.ts';
import { conflict } from '../errors.ts';

/** The parts that all operations on sessions share. */
export interface StoreContext {
  readonly audit: Audit;
  readonly calls: Calls;
  readonly reads: Reads;
  readonly codec: FieldCodec;
  readonly userKeys: UserKeys;
  readonly settings: StoreSettings;
  readonly markLife: RevocationMarkLife;
  readonly lifeCut: LifeCut;
}

/** When a call stops trying while others write the same session, by the monotonic clock. */
export function patienceOf({ settings }: Pick<StoreContext, 'settings'>): number {
  return clock.now() + settings.updateTimeoutMS;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT if the time is up */
export function checkPatience({ settings }: Pick<StoreContext, 'settings'>, until: number): void {
  if (clock.now() >= until) throw tooBusy(settings.updateTimeoutMS);
}

export function tooBusy(timeoutMS: number): Error {
  return conflict(
    `Others have changed this session without a pause for ${timeoutMS} ms, so nothing was done. Change it less often, or set updateTimeoutMS.`,
  );
}
