import { invalidOption } from '../errors/errors.ts';
import { nearestOf } from './nearest-name.ts';

/** Our own options of `withTxn`; all others are for the driver. */
export const optionsOfTxn: readonly string[] = [
  'timeoutMS',
  'maxAttempts',
  'signal',
  'nested',
  'inject',
  'serializeBy',
  'session',
];

/** The driver's options of a transaction that programs use. It takes more, and versions to come will. */
const ofDriver = ['readConcern', 'writeConcern', 'readPreference', 'maxCommitTimeMS'];

/** What others call an option of ours. */
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
  'onFinding',
  'console',
  'client',
]);

/**
 * The driver says nothing of an option that it does not know. We keep no list of its names, which grows with its versions: a
 * name is refused where it is ours by another spelling.
 * @param transaction what is left of the options without ours
 * @throws SessionGuardError that names the option that was meant
 */
export function checkNames(transaction: object): void {
  for (const name of Object.keys(transaction)) {
    if (ofDriver.includes(name)) continue;
    if (ofManager.has(name))
      throw invalidOption(`withTxn has no option '${name}': it is an option of the ConnectionManager.`);
    const meant = otherNames.get(name) ?? nearestOf(name, [...optionsOfTxn, ...ofDriver]);
    if (meant !== undefined)
      throw invalidOption(`withTxn has no option '${name}'. Did you mean ${meant}? ${listed}`);
  }
}

const listed = `Its options: ${[...optionsOfTxn, ...ofDriver].join(', ')}; others go to the driver.`;
