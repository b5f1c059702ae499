import { invalidOption } from '../errors/errors.ts';

/** Of the driver's `TransactionOptions`, and the options of a command that these extend. */
const ofTransaction: ReadonlySet<string> = new Set([
  'readConcern',
  'writeConcern',
  'readPreference',
  'maxCommitTimeMS',
  'maxTimeMS',
  'comment',
  'retryWrites',
  'willRetryWrite',
  'omitReadPreference',
  'dbName',
  'authdb',
  'collation',
  'noResponse',
  'explain',
  'rawData',
  'ignoreUndefined',
  'serializeFunctions',
  'checkKeys',
  'raw',
  'enableUtf8Validation',
  'fieldsAsRaw',
  'useBigInt64',
  'bsonRegExp',
]);

const own = ['timeoutMS', 'maxAttempts', 'signal', 'nested', 'inject', 'serializeBy', 'session'];

/** @throws SessionGuardError for an option that neither we nor the driver have */
export function checkNames(transaction: object): void {
  const unknown = Object.keys(transaction).find(
    name => !ofTransaction.has(name) && !name.startsWith('promote'),
  );
  if (unknown === undefined) return;
  const known = [...own, 'readConcern', 'writeConcern', 'readPreference', 'maxCommitTimeMS'];
  throw invalidOption(`withTxn has no option '${unknown}'. Its options: ${known.join(', ')}.`);
}
