import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { DynamoDBSaver } from '../../../src/langgraph/dynamodb/index.ts';
import { useAfterEnd } from '../../../src/guard/rules/session/use-after-end.ts';
import { ExpressSessionStore, expressSessions } from '../../../src/store/frameworks/express-session/index.ts';
import { FastifySessionStore, fastifySessions } from '../../../src/store/frameworks/fastify-session/index.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';
import { memoryReplicaSet, replayTrace, testRule } from '../../../src/testing/index.ts';

const secret = randomBytes(32);
const keys = { tag: [secret] };
const migrateFrom = {
  read: async () => undefined,
  remove: async () => 0,
  refresh: async () => 0,
  until: new Date(),
};
const saver = new DynamoDBSaver({ client: { send: async () => ({}) } as never, table: 'checkpoints' });
const runner = { describe: () => {}, it: () => {} };
const provisioned = { readUnits: 1, writeUnits: 1, burst: 1 };

/** Calls as a program in JavaScript makes them, each with one name misspelt or too many. */
const calls: Readonly<Record<string, () => unknown>> = {
  "replayTrace has no option 'rule'. Its options: rules.": () => replayTrace('', { rule: 'strict' } as never),
  "The runner of testRule has no option 'test'. Its options: describe, it.": () =>
    testRule(useAfterEnd, { valid: [], invalid: [] }, { describe: () => {}, test: () => {} } as never),
  "testRule has no option 'valids'. Its options: valid, invalid.": () =>
    testRule(useAfterEnd, { valids: [], valid: [], invalid: [] } as never, runner),
  "A valid trace of testRule has no option 'findings'. Its options: name, trace, options.": () =>
    testRule(useAfterEnd, { valid: [{ trace: 'start', findings: [] } as never], invalid: [] }, runner),
  "An invalid trace of testRule has no option 'option'. Its options: name, trace, options, findings.": () =>
    testRule(
      useAfterEnd,
      { valid: [], invalid: [{ trace: 'start', findings: [], option: {} } as never] },
      runner,
    ),
  "memoryReplicaSet has no option 'member'. Its options: members, version, sha256, args, downloadTimeoutMS.":
    () => memoryReplicaSet({ member: 3 } as never),
  "The option 'args' of memoryReplicaSet must be a list of strings, not '--quiet'.": () =>
    memoryReplicaSet({ args: '--quiet' } as never),
  'The options of memoryReplicaSet must be an object.': () => memoryReplicaSet(null as never),
  "keys of sessionStore has no option 'tags'. Its options: tag, data.": () =>
    sessionStore(memoryBackend(), { keys: { ...keys, tags: [secret] } as never }),
  "keys.data[0] of sessionStore has no option 'name'. Its options: id, key.": () =>
    sessionStore(memoryBackend(), {
      keys: { ...keys, data: [{ id: 'a', key: secret, name: 'a' } as never] },
    }),
  "The option 'migrateFrom' of ExpressSessionStore has no option 'refresh'. Its options: read, remove, touch, until.":
    () => new ExpressSessionStore(sessionStore<object>(memoryBackend(), { keys }), { migrateFrom }),
  "The option 'migrateFrom' of FastifySessionStore has no option 'refresh'. Its options: read, remove, touch, until.":
    () => new FastifySessionStore(sessionStore<object>(memoryBackend(), { keys }), { migrateFrom }),
  "The option 'migrateFrom' of expressSessions has no option 'refresh'. Its options: read, remove, touch, until.":
    () => expressSessions(memoryBackend(), { secret, migrateFrom }),
  "The option 'migrateFrom' of fastifySessions has no option 'refresh'. Its options: read, remove, touch, until.":
    () => fastifySessions(memoryBackend(), { secret, migrateFrom }),
  "setUp has no option 'biling'. Its options: billing.": () => saver.setUp({ biling: 'on-demand' } as never),
  "setUpCommands has no option 'biling'. Its options: billing.": () =>
    saver.setUpCommands({ biling: 'on-demand' } as never),
  "The option 'billing' of setUp has no option 'burst'. Its options: readUnits, writeUnits.": () =>
    saver.setUp({ billing: provisioned }),
};

test('a message shows the kind of a large value, and never a long text', () => {
  const texts = [
    ['abc', "'abc'"],
    ['a'.repeat(41), 'a text of 41 characters'],
    [5, '5'],
    [null, 'null'],
    [[1], 'a list'],
    [{ a: 1 }, 'an object'],
    [() => 1, 'a function'],
    [Symbol('s'), 'Symbol(s)'],
  ] as const;
  for (const [value, text] of texts)
    expect(() => sessionStore(memoryBackend(), { keys, setUp: value as never })).toThrow(
      `The option 'setUp' of sessionStore must be true or false, not ${text}.`,
    );
});

describe('an option that does not exist is refused by the call that was made', () => {
  test.each(Object.entries(calls))('%s', async (message, call) => {
    const error: unknown = await (async () => call())().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: codes.invalidOption, message });
  });
});

test('`expressSessions` and `fastifySessions` name what they do not have', () => {
  expect(() => expressSessions(memoryBackend(), { secret, rolling: true } as never)).toThrow(
    "expressSessions has no option 'rolling'.",
  );
  expect(() => fastifySessions(memoryBackend(), { secret, rolling: true } as never)).toThrow(
    "fastifySessions has no option 'rolling'.",
  );
});

test('a clock that has no `now` is none, and no options are taken for one', () => {
  for (const clock of [null, {}, { keyPrefix: 'a' }])
    expect(() => memoryBackend(clock as never)).toThrow(
      expect.objectContaining({ code: codes.invalidArgument }),
    );
});

test('a trace that is none is refused', () => {
  for (const trace of [undefined, null, 5, {}])
    expect(() => replayTrace(trace as never)).toThrow(
      expect.objectContaining({ code: codes.invalidArgument }),
    );
});

test('an old store may be an object of a class, with fields of its own, and a runner a whole module', () => {
  class OldStore {
    readonly client = {};
    readonly until = new Date();
    read = async () => undefined;
    remove = async () => 0;
  }
  const store = () => new ExpressSessionStore(sessionStore<object>(memoryBackend(), { keys }), from);
  const from = { migrateFrom: new OldStore() };
  expect(store).not.toThrow();
  const whole = { ...runner, test: () => {}, beforeEach: () => {} };
  expect(() => testRule(useAfterEnd, { valid: ['start end'], invalid: [] }, whole)).not.toThrow();
});
