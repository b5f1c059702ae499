import { invalidArgument, invalidOption } from '../../../errors/errors.ts';
import { checkOptions, type OptionChecks } from '../../../platform/options/check-options.ts';
import { anything, hasMethods } from '../../../platform/options/checks.ts';

/** A session of the previous store. */
export interface OldSession {
  /** The framework's data, including its `cookie`. */
  readonly data: object;
  /** Until it expires there, in milliseconds. Without this value, the copy lives as long as a new session. */
  readonly leftMS?: number | undefined;
}

/** Access to the sessions of the previous store. An id never changes. */
export interface MigrateFrom {
  /** @returns undefined if there is none, or it is over */
  readonly read: (id: string) => Promise<OldSession | undefined>;
  readonly remove: (id: string) => Promise<unknown>;
  /**
   * Moves the expiry in the old store when it moves here, so that a session in use stays alive; it must not create a session.
   * Without it a copied session ends when the old one does.
   */
  readonly touch?: ((id: string, leftMS: number) => Promise<unknown>) | undefined;
  /**
   * From this time on the old store is not read any more. Set it to a time when no instance uses the old store, and its
   * sessions have been copied or have expired. A `destroyAll` of this store refuses old sessions of its user until then.
   */
  readonly until: Date;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT if the value is not a client or a collection */
export function checkMethods(of: unknown, methods: readonly string[], says: string): void {
  if (!hasMethods(of, methods)) throw invalidArgument(`${says}, with the methods ${methods.join(', ')}.`);
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and its valid values */
export function checkOld<O extends { readonly until: Date }>(
  options: unknown,
  where: string,
  checks: OptionChecks<Omit<O, 'until'>>,
): void {
  const needs = `${where} needs options: { until: a Date after which the old store is not read }.`;
  const { until } = checkOptions<{ until: unknown }>(
    options,
    where,
    { until: anything, ...checks },
    { needs },
  );
  checkUntil(until, where);
}

export function checkUntil(until: unknown, where: string): void {
  if (!(until instanceof Date) || Number.isNaN(until.getTime()))
    throw invalidOption(`${where} needs 'until': a Date after which no session of the old store is left.`);
}
