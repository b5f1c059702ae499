import { invalidOption } from '../../../errors/errors.ts';
import { checkOptions } from '../../../platform/options/check-options.ts';
import { aboveZero, aWait } from '../../../platform/options/checks.ts';
import { optionsOfTxn } from './txn-option-names.ts';

/**
 * Options of the driver's sessions are passed on unchanged; the driver ignores options that it does not know.
 * @throws SessionGuardError for an option of ours that a session does not have
 */
export function checkSessionOptions(options: unknown, call: 'startSession' | 'withSession'): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null)
    throw invalidOption(`The options of ${call} must be an object.`);
  const stray = Object.keys(options).find(name => optionsOfTxn.includes(name));
  if (stray !== undefined)
    throw invalidOption(`${call} has no option '${stray}'. It is an option of withTxn.`);
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
