import { clock } from '../../session/clock.ts';
import { conflict } from '../errors.ts';
import type { Parts } from './parts.ts';

/** By when a call gives up against others who write the same session, by the monotonic clock. */
export function patienceOf({ settings }: Pick<Parts, 'settings'>): number {
  return clock.now() + settings.updateTimeoutMS;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT when the time is up */
export function checkPatience({ settings }: Pick<Parts, 'settings'>, until: number): void {
  if (clock.now() >= until) throw tooBusy(settings.updateTimeoutMS);
}

export function tooBusy(timeoutMS: number): Error {
  return conflict(
    `Others have changed this session without a pause for ${timeoutMS} ms, so nothing was done. Change it less often, or set updateTimeoutMS.`,
  );
}
