import { invalidOption } from '../../../errors/errors.ts';
import { checkOptions } from '../../../platform/options/check-options.ts';
import { aboveZero, aWait } from '../../../platform/options/checks.ts';
import { nearestOf } from '../../../platform/options/nearest-name.ts';
import { optionsOfTxn } from './txn-option-names.ts';

/** The driver's usual options of a session. The driver has more, and future versions may add others. */
const ofSession = ['causalConsistency', 'snapshot', 'defaultTransactionOptions', 'defaultTimeoutMS'];

/**
 * Options of the driver's sessions are passed on unchanged; the driver ignores options that it does not know.
 * @throws SessionGuardError for an option of ours that a session does not have, and for a misspelt name
 */
export function checkSessionOptions(options: unknown, call: 'startSession' | 'withSession'): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null)
    throw invalidOption(`The options of ${call} must be an object.`);
  for (const name of Object.keys(options)) {
    if (optionsOfTxn.includes(name))
      throw invalidOption(`${call} has no option '${name}'. It is an option of withTxn.`);
    const meant = ofSession.includes(name) ? undefined : nearestOf(name, ofSession);
    if (meant !== undefined) throw invalidOption(`${call} has no option '${name}'. Did you mean ${meant}?`);
  }
}

interface CloseOptions {
  readonly graceMS?: number | undefined;
}

/** @throws SessionGuardError for invalid options of `close` */
export function checkCloseOptions(options: unknown): number | undefined {
  const needs = 'The options of close must be an object: close({ graceMS }).';
  return checkOptions<CloseOptions>(options, 'close', { graceMS: aWait }, { needs }).graceMS;
}

interface HealthOptions {
  readonly timeoutMS?: number | undefined;
}

/** @throws SessionGuardError for what `health` cannot mean */
export function checkHealthOptions(options: unknown): number {
  const { timeoutMS = 1000 } = checkOptions<HealthOptions>(options, 'health', {
    timeoutMS: aboveZero(2 ** 31 - 1, 'milliseconds'),
  });
  return timeoutMS;
}
