import type { DriverOperation } from '../driver/driver-types.ts';

/** The mode of a read preference, which is given as text or as one of the driver's objects. */
export function modeOf(preference: unknown): string | undefined {
  if (typeof preference === 'string') return preference;
  if (typeof preference !== 'object' || preference === null || !('mode' in preference)) return undefined;
  return typeof preference.mode === 'string' ? preference.mode : undefined;
}

/** The preference for which the driver refuses a read in a transaction. Writes have `primary`, whatever they were given. */
export function refusedPreference({ readPreference }: DriverOperation): string | undefined {
  const mode = modeOf(readPreference);
  return mode === 'primary' ? undefined : mode;
}
