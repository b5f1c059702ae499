import { expect, test } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { codeOf, failureOf, messageOf } from '../support/outcome.ts';

test.each([
  ['timeoutMs', 'timeoutMS'],
  ['timeOutMS', 'timeoutMS'],
  ['timeout', 'timeoutMS'],
  ['maxAttempt', 'maxAttempts'],
  ['retries', 'maxAttempts'],
  ['singal', 'signal'],
  ['nest', 'nested'],
  ['injet', 'inject'],
  ['serialiseBy', 'serializeBy'],
  ['Session', 'session'],
  ['readconcern', 'readConcern'],
  ['writeConcerns', 'writeConcern'],
  ['drainTimeoutMS', 'ConnectionManager'],
])('`withTxn` says what %s was meant to be', async (name, meant) => {
  const manager = new ConnectionManager(replicaSetUri(), { console: false });
  const failure = await failureOf(manager.withTxn(async () => undefined, { [name]: 1 }));
  expect(codeOf(failure)).toBe('ERR_SESSION_GUARD_INVALID_OPTION');
  expect(messageOf(failure)).toMatch(new RegExp(`no option '${name}'.*${meant}`));
  await manager.close();
});

test('`withTxn` takes every option of a transaction of the driver, and those to come', async () => {
  const ofDriver = {
    readConcern: { level: 'snapshot' },
    writeConcern: { w: 'majority' },
    readPreference: 'primary',
  };
  const command = {
    maxCommitTimeMS: 5000,
    maxTimeMS: 5000,
    comment: 'a comment',
    retryWrites: true,
    rawData: false,
  };
  const bson = {
    promoteValues: true,
    promoteLongs: true,
    ignoreUndefined: true,
    raw: false,
    useBigInt64: false,
  };
  const toCome = { atClusterTime: undefined, isolationHint: 'any', maxStalenessSeconds: 90 };
  const options: object = { ...ofDriver, ...command, ...bson, ...toCome };
  const manager = new ConnectionManager(replicaSetUri(), { console: false });
  expect(await manager.withTxn(async () => 'committed', options)).toBe('committed');
  await manager.close();
});
