import { invalidOption } from '../errors/errors.ts';
import { optionsOfTxn } from './txn-option-names.ts';

/**
 * Options of the driver's sessions go to the driver as they are; it says nothing of those that it does not know.
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

/** @throws SessionGuardError for what `close` cannot mean */
export function checkCloseOptions(options: unknown): number | undefined {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('The options of close must be an object: close({ graceMS }).');
  const stray = Object.keys(options).find(name => name !== 'graceMS');
  if (stray !== undefined) throw invalidOption(`close has no option '${stray}'. Its option: graceMS.`);
  const { graceMS }: { graceMS?: unknown } = options;
  if (graceMS === undefined) return undefined;
  if (typeof graceMS === 'number' && graceMS >= 0) return graceMS;
  throw invalidOption("The option 'graceMS' of close must be a number of milliseconds, 0 or more.");
}
