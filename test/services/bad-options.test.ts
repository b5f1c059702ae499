import Fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConnectionManager, gracefulStop, scope, SessionGuardError } from '../../src/index.ts';
import { sessionGuard } from '../../src/services/fastify/index.ts';
import { SessionGuardModule, Transactional } from '../../src/services/nest/index.ts';

const uri = 'mongodb://localhost/shop';
const code = 'ERR_SESSION_GUARD_INVALID_OPTION';

/** Everything here is given as a program without types may give it. */
const any = (value: unknown): never => value as never;

/** The calls of NestJS that take options, each with those that it needs. */
const calls = {
  forRoot: (options: object) => SessionGuardModule.forRoot({ uri, ...options }),
  forRootAsync: (options: object) =>
    SessionGuardModule.forRootAsync({ useFactory: () => ({ uri }), ...options }),
  forMongoose: (options: object) => SessionGuardModule.forMongoose(options),
  Transactional: (options: object) => Transactional(options),
};

const bad: readonly (readonly [keyof typeof calls, object, string])[] = [
  ['forRoot', { uri: 5 }, "The option 'uri' of SessionGuardModule.forRoot must be a string, not 5"],
  ['forRoot', { urii: uri }, "SessionGuardModule.forRoot has no option 'urii'"],
  ['forRoot', { profile: 'fast' }, "must be 'service', 'worker' or 'serverless', not 'fast'"],
  ['forRoot', { operationTimeoutMS: 0 }, 'must be a whole number of milliseconds'],
  ['forRoot', { logger: {} }, 'must be a logger with warn and error'],
  ['forRoot', { maxPoolSize: 5 }, 'Options of the MongoClient go into client'],
  ['forRoot', { rules: { 'session-leek': 'warn' } }, 'session-leek'],
  ['forRoot', { requests: { ids: 1 } }, "SessionGuardModule.forRoot (requests) has no option 'ids'"],
  [
    'forRootAsync',
    { useFactory: undefined },
    "The option 'useFactory' of SessionGuardModule.forRootAsync must be",
  ],
  [
    'forRootAsync',
    { inject: 'CONFIG' },
    "The option 'inject' of SessionGuardModule.forRootAsync must be a list",
  ],
  ['forRootAsync', { useClass: Date }, "has no option 'useClass'"],
  [
    'forMongoose',
    { connectionName: 5 },
    "The option 'connectionName' of SessionGuardModule.forMongoose must be",
  ],
  ['forMongoose', { profile: 'service' }, 'The client exists already'],
  [
    'forMongoose',
    { console: 'no' },
    "The option 'console' of SessionGuardModule.forMongoose must be true or false",
  ],
  ['Transactional', { nestde: 'new' }, "@Transactional has no option 'nestde'. Did you mean nested?"],
  [
    'Transactional',
    { nested: 'never' },
    "The option 'nested' of @Transactional must be 'join', 'new' or 'error'",
  ],
  [
    'Transactional',
    { timeoutMS: -1 },
    "The option 'timeoutMS' of @Transactional must be more than 0 milliseconds",
  ],
  ['Transactional', { serializeBy: '' }, "The option 'serializeBy' of @Transactional must be"],
  ['Transactional', { signal: {} }, "@Transactional has no option 'signal': it belongs to one call"],
];

describe('NestJS', () => {
  test.each(bad)('%s(%o) is refused when the class is defined', (name, options, says) => {
    expect(() => calls[name](options)).toThrow(says);
    expect(() => calls[name](options)).toThrow(SessionGuardError);
  });

  test.each([[null], ['x'], [5], [[]]])('no call takes %j in place of its options', given => {
    expect(() => SessionGuardModule.forRoot(any(given))).toThrow('must be an object');
    expect(() => SessionGuardModule.forRootAsync(any(given))).toThrow('must be an object');
    expect(() => SessionGuardModule.forMongoose(any(given))).toThrow('must be an object');
    expect(() => Transactional(any(given))).toThrow('must be an object');
  });

  test('valid options, and a connection string that is not set yet, are accepted', () => {
    SessionGuardModule.forRoot({ uri: undefined, profile: 'service', requests: { leftOpen: 'end' } });
    Transactional({ nested: 'new', serializeBy: (id: string) => id, readConcern: { level: 'majority' } });
  });
});

test.each([
  [{ manager: {} }, "The option 'manager' of register(sessionGuard, …) must be a ConnectionManager"],
  [{ leftOpen: 'close' }, "must be 'report' or 'end'"],
  [{ ids: () => 1 }, "has no option 'ids'"],
])('Fastify: `register(sessionGuard, %o)` is rejected, and the process goes on', async (options, says) => {
  const app = Fastify();
  onTestFinished(() => app.close());
  await expect(app.register(sessionGuard, any(options))).rejects.toMatchObject({
    code,
    message: expect.stringContaining(says),
  });
});

test.each([
  ['SIGKILL', "has 'SIGKILL', which no process can hear"],
  ['SIGSTOP', "has 'SIGSTOP'"],
  ['SIGFOO', "has 'SIGFOO'"],
  ['sigterm', "has 'sigterm'"],
  [15, 'has 15'],
])('`signals: [%o]` of gracefulStop is refused by name: no process hears it', (signal, says) => {
  const listeners = process.eventNames().length;
  const start = () => gracefulStop(null, new ConnectionManager(uri), { signals: ['SIGTERM', any(signal)] });
  expect(start).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));
  expect(process.eventNames()).toHaveLength(listeners);
});

test('a list of signals for all systems is taken: `SIGBREAK` is of Windows, `SIGINFO` of macOS', () => {
  const signals = ['SIGTERM', 'SIGBREAK', 'SIGINFO'] as const;
  const stop = gracefulStop(null, new ConnectionManager(uri), { signals });
  expect(process.listenerCount('SIGBREAK')).toBe(1);
  stop.uninstall();
  expect(process.listenerCount('SIGBREAK')).toBe(0);
});

test.each([
  [null, 'must be an object'],
  [{ name: 'nightly' }, "scope has no option 'name'. Its options: id, route"],
  [{ id: {} }, "The option 'id' of scope must be a text or a number"],
  [{ route: 5 }, "The option 'route' of scope must be a string"],
])('`scope(fn, %o)` is refused before the job begins', async (about, says) => {
  let begun = false;
  await expect(scope(() => (begun = true), any(about))).rejects.toThrow(says);
  expect(begun).toBe(false);
});
