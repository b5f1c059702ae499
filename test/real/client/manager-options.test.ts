import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ConnectionManager, type ConnectionManagerOptions } from '../../../src/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { codeOf, failureOf, messageOf } from '../support/outcome.ts';
import { silenceWarnings } from '../support/silent-warnings.ts';

silenceWarnings();

test.each<[string, unknown, string]>([
  ['an unknown option', { drainTimeout: 5 }, 'drainTimeoutMS'],
  ['an option of the client beside ours', { maxPoolSize: 5 }, 'client: { maxPoolSize'],
  ['a negative time', { closeGraceMS: -1 }, 'closeGraceMS'],
  ['a time that is not a number', { drainTimeoutMS: Number.NaN }, 'drainTimeoutMS'],
  ['a time that is a string', { drainTimeoutMS: '5' }, 'drainTimeoutMS'],
  [
    'a limit that the server refuses',
    { operationTimeoutMS: 1.5 },
    'a whole number of milliseconds, 1 to 2147483647',
  ],
  ['a limit of 0, which means none to the server', { operationTimeoutMS: 0 }, 'operationTimeoutMS'],
  ['`protect` that is not a boolean', { protect: 1 }, 'protect'],
  ['a listener that is not a function', { onFinding: {} }, 'onFinding'],
  ['null', null, 'object'],
  ['an unknown preset', { rules: 'stict' }, 'strict'],
  ['a preset alone in a list', { rules: ['strict'] }, "['strict', { … }]"],
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
  ['operationTimeoutMS', { operationTimeoutMS: 5000 }],
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

/** What a program without types can write. */
const untyped: {
  readonly make: (...args: unknown[]) => unknown;
  readonly adopt: (...args: unknown[]) => unknown;
  readonly shared: (...args: unknown[]) => unknown;
} = {
  make: (...args) => Reflect.construct(ConnectionManager, args),
  adopt: ConnectionManager.adopt.bind(ConnectionManager) as (...args: unknown[]) => unknown,
  shared: ConnectionManager.shared.bind(ConnectionManager) as (...args: unknown[]) => unknown,
};

const calls = [
  ['make', 'new ConnectionManager', [42, undefined, null, {}, []]],
  ['adopt', 'ConnectionManager.adopt', [42, undefined, null, {}, 'mongodb://localhost']],
  ['shared', 'ConnectionManager.shared', [42, undefined, null, {}]],
] as const;

test.each(calls)('an error of `%s` names that call, for a wrong client', (name, call, wrong) => {
  for (const one of wrong) {
    expect(() => untyped[name](one)).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT',
        message: expect.stringMatching(new RegExp(`^${call} takes`)),
      }),
    );
  }
});

test.each([undefined, null, ''])('a connection string that is %j asks for the environment variable', uri => {
  for (const name of ['make', 'shared'] as const)
    expect(() => untyped[name](uri)).toThrow(/takes a connection string.*is the environment variable set/);
});

test.each(calls)('an error of `%s` names that call, for a wrong option', async (name, call) => {
  const mongo = new ConnectionManager(replicaSetUri(), { console: false });
  const first = name === 'adopt' ? mongo.client : replicaSetUri();
  for (const options of [null, 5, { drain: 1 }, { protect: 1 }, { rules: 'all' }, { rules: { no: 'off' } }])
    expect(() => untyped[name](first, options)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(call) }),
    );
  await mongo.close();
});

test('options of a client that exists are refused, and `client: undefined` is none', async () => {
  const mongo = new ConnectionManager(replicaSetUri(), { console: false });
  for (const name of ['make', 'adopt'] as const) {
    const make = () => untyped[name](mongo.client, { client: { maxPoolSize: 5 } });
    expect(make).toThrow(/has no option 'client'.*The client exists already/);
    expect(() => untyped[name](mongo.client, { client: undefined })).not.toThrow();
  }
  await mongo.close();
});

test('`shared` warns of options of a later call that differ, and checks them', async () => {
  const warnings: unknown[] = [];
  const hear = (warning: unknown) => {
    if (codeOf(warning) === 'SESSION_GUARD_SHARED_OPTIONS') warnings.push(messageOf(warning));
  };
  process.on('warning', hear);
  const uri = `${replicaSetUri()}&appName=shared-options`;
  const call = () =>
    ConnectionManager.shared(uri, { console: false, onFinding: () => undefined, client: { maxPoolSize: 5 } });
  const first = call();
  expect([call(), ConnectionManager.shared(uri), ConnectionManager.shared(uri, { protect: true })]).toEqual([
    first,
    first,
    first,
  ]);
  await sleep(10);
  expect(warnings).toEqual([]);
  const others = { protect: false, rules: 'strict', client: { maxPoolSize: 6 }, console: false } as const;
  expect(ConnectionManager.shared(uri, others)).toBe(first);
  expect(() => untyped.shared(uri, { protect: 'yes' })).toThrow(/'protect' of ConnectionManager.shared/);
  await sleep(10);
  process.off('warning', hear);
  expect(warnings).toEqual([expect.stringContaining('(client, protect, rules)')]);
  await first.close();
});

test('`startSession`, `withSession` and `close` refuse options that they would ignore', async () => {
  const mongo = new ConnectionManager(replicaSetUri(), { console: false });
  const start: (options: object) => unknown = mongo.startSession.bind(mongo);
  expect(() => start({ inject: true })).toThrow(
    /startSession has no option 'inject'. It is an option of withTxn/,
  );
  expect(() => start({ snapshott: true })).toThrow(/has no option 'snapshott'. Did you mean snapshot\?/);
  const misspelt: object = { causalConsistancy: false };
  expect(messageOf(await failureOf(mongo.withSession(async () => 1, misspelt)))).toContain(
    'Did you mean causalConsistency?',
  );
  await mongo.startSession({ snapshot: true, defaultTransactionOptions: {} }).endSession();
  const stray: object = { maxAttempts: 2 };
  const failure = await failureOf(mongo.withSession(async () => 1, stray));
  expect(messageOf(failure)).toContain("withSession has no option 'maxAttempts'");
  const grace: object = { grace: 5 };
  expect(messageOf(await failureOf(mongo.close(grace)))).toContain("close has no option 'grace'");
  await mongo.close();
});
