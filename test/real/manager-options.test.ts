import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ConnectionManager, type ConnectionManagerOptions } from '../../src/index.ts';
import { replicaSetUri } from '../setup/servers.ts';
import { codeOf, failureOf, messageOf } from './support/outcome.ts';
import { silenceWarnings } from './support/silent-warnings.ts';

silenceWarnings();

test.each<[string, unknown, string]>([
  ['an unknown option', { drainTimeout: 5 }, 'drainTimeoutMS'],
  ['an option of the client beside ours', { maxPoolSize: 5 }, 'client: { maxPoolSize'],
  ['a negative time', { closeGraceMS: -1 }, 'closeGraceMS'],
  ['a time that is no number', { drainTimeoutMS: Number.NaN }, 'drainTimeoutMS'],
  ['a time that is a string', { drainTimeoutMS: '5' }, 'drainTimeoutMS'],
  ['`protect` that is no boolean', { protect: 1 }, 'protect'],
  ['a listener that is no function', { onFinding: {} }, 'onFinding'],
  ['null', null, 'object'],
  ['an unknown preset', { rules: 'stict' }, 'strict'],
  ['an unknown severity', { rules: { 'use-after-end': 'warning' } }, 'warn'],
  ['an unknown rule option', { rules: { 'session-leak': ['warn', { after: 1 }] } }, 'warnAfterMS'],
  ['an unknown rule', { rules: { 'use-after-ent': 'warn' } }, 'use-after-end'],
])('%s is refused by an error that names the remedy', (_title, options, named) => {
  const make = () => new ConnectionManager(replicaSetUri(), options as ConnectionManagerOptions);
  expect(make).toThrow(expect.objectContaining({ message: expect.stringContaining(named) }));
  expect(make).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_SESSION_GUARD_/) }));
});

test.each<[string, object]>([
  ['timeoutMS', { timeoutMS: 0 }],
  ['maxAttempts', { maxAttempts: 1.5 }],
  ['signal', { signal: {} }],
  ['nested', { nested: 'joined' }],
  ['inject', { inject: 'yes' }],
  ['session', { session: {} }],
])('`withTxn` refuses a wrong %s before anything is sent', async (name, options) => {
  const manager = new ConnectionManager(replicaSetUri(), { console: false });
  const failure = await failureOf(manager.withTxn(async () => undefined, options));
  expect(codeOf(failure)).toBe('ERR_SESSION_GUARD_INVALID_OPTION');
  expect(messageOf(failure)).toContain(`'${name}'`);
  expect(manager.stats().sessionsStarted).toBe(0);
  await manager.close();
});

test('two open managers on one uri get one warning; `shared` gives the same one until it is closed', async () => {
  const warnings: unknown[] = [];
  const hear = (warning: unknown) => warnings.push(codeOf(warning));
  process.on('warning', hear);
  const uri = `${replicaSetUri()}&appName=second-manager`;
  const managers = [1, 2, 3].map(() => new ConnectionManager(uri, { console: false }));
  await sleep(10);
  process.off('warning', hear);
  expect(warnings).toEqual(['SESSION_GUARD_SECOND_MANAGER']);
  const shared = ConnectionManager.shared(uri);
  expect(ConnectionManager.shared(uri)).toBe(shared);
  await shared.close();
  const next = ConnectionManager.shared(uri);
  expect(next).not.toBe(shared);
  await Promise.all([...managers, next].map(manager => manager.close()));
});

const makeWithPassword = () => new ConnectionManager('mongodb://user:secret@/db');

test('a connection string that cannot be used is refused without quoting its password', () => {
  expect(makeWithPassword).toThrow(expect.objectContaining({ code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT' }));
  expect(makeWithPassword).not.toThrow(/secret/);
});
