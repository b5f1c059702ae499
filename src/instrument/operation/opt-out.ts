import type { DriverOperation } from '../driver/driver-types.ts';

/** True if the caller has said `session: null`: the operation is meant to be outside of any transaction. */
export function hasOptedOut({ options, session }: DriverOperation): boolean {
  if (saysNone(options)) return true;
  // The operation of a cursor has the session that the cursor has made for itself.
  const owner = session?.owner;
  if (typeof owner !== 'object') return false;
  return saysNone(owner.findOptions) || saysNone(owner.aggregateOptions);
}

export function saysNone(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'session' in options && options.session === null;
}
