import type { DriverSession } from '../driver/driver-types.ts';

/**
 * What a session is known by, also behind a proxy (a logger's, a dependency injection's): every session has default options
 * of its own, and a proxy gives out the same object.
 */
export function identityOf(session: DriverSession): object {
  const { defaultTransactionOptions } = session;
  return typeof defaultTransactionOptions === 'object' ? defaultTransactionOptions : session;
}
