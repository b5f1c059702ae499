import { invalidOption } from '../../../errors/errors.ts';
import { nearestOf } from '../../../platform/options/nearest-name.ts';

/** Our own options of `withTxn`; all others are for the driver. */
export const optionsOfTxn: readonly string[] = [
  'timeoutMS',
  'maxAttempts',
  'signal',
  'nested',
  'inject',
  'serializeBy',
  'name',
  'session',
];

/** The driver's usual options of a transaction. The driver has more, and future versions may add others. */
const ofDriver = ['readConcern', 'writeConcern', 'readPreference', 'maxCommitTimeMS'];

/** Other names for our options. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['timeout', 'timeoutMS'],
  ['retries', 'maxAttempts'],
  ['retry', 'maxAttempts'],
  ['maxRetries', 'maxAttempts'],
  ['retryLimit', 'maxAttempts'],
  ['attempts', 'maxAttempts'],
  ['abortSignal', 'signal'],
  ['nest', 'nested'],
  ['nesting', 'nested'],
  ['propagation', 'nested'],
  ['serialize', 'serializeBy'],
  ['lock', 'serializeBy'],
  ['key', 'serializeBy'],
]);

/** Options of a manager that do not change from call to call. */
const ofManager: ReadonlySet<string> = new Set([
  'rules',
  'protect',
  'drainTimeoutMS',
  'closeGraceMS',
  'operationTimeoutMS',
  'onFinding',
  'console',
  'logger',
  'repeatAfterMS',
  'profile',
  'client',
]);

/**
 * The driver ignores options that it does not know. We have no complete list of its names, which grows with its versions: so a
 * name is only refused if it is a misspelt name of ours.
 * @param transaction the options without ours
 * @param call the name of the call in messages
 * @throws SessionGuardError that names the intended option
 */
export function checkNames(transaction: object, call: string): void {
  for (const name of Object.keys(transaction)) {
    if (ofDriver.includes(name)) continue;
    if (ofManager.has(name))
      throw invalidOption(`${call} has no option '${name}': it is an option of the ConnectionManager.`);
    const meant = otherNames.get(name) ?? nearestOf(name, [...optionsOfTxn, ...ofDriver]);
    if (meant !== undefined)
      throw invalidOption(`${call} has no option '${name}'. Did you mean ${meant}? ${listed}`);
  }
}

const listed = `Its options: ${[...optionsOfTxn, ...ofDriver].join(', ')}; others go to the driver.`;
