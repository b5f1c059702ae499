import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { memoryBackend, type SessionBackend, sessionStore } from '../../../src/store/index.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { altered } from '../support/altered.ts';
import { leaksOf } from './leaks.ts';
import { createWith, type Data, dataWith, expectNoData, failuresOf, newMarks, secretsOf } from './marks.ts';

const methods = [
  'read',
  'insert',
  'refresh',
  'write',
  'remove',
  'list',
  'readRevocationMark',
  'endAll',
  'rotate',
] as const;

const failing =
  (name: string) =>
  (...args: unknown[]): Promise<never> => {
    const given = inspect(args, { depth: 9 });
    const cause = new AggregateError([new TypeError(`for ${given}`)], JSON.stringify(args));
    const error = new Error(`${name} has failed for ${given}`, { cause });
    return Promise.reject(Object.assign(error, { command: { name, args }, detail: args, given }));
  };

async function broken(asked: readonly object[]): Promise<Error[]> {
  return asked.map(key => Object.assign(new Error(`"${JSON.stringify(key)}" is broken`), { key }));
}

/** A back end of somebody's own, whose errors say everything that they were given. */
function talkative(): SessionBackend {
  return altered(() => Object.fromEntries(methods.map(name => [name, failing(name)])));
}

test('No error of a store says what a back end has put into its own errors.', async () => {
  const marks = newMarks();
  const keys = { tag: [marks.key] };
  const session = await createWith(sessionStore<Data>(memoryBackend(), { keys }), marks);
  const talking = sessionStore<Data>(talkative(), { keys });
  expectNoData(await failuresOf(talking, session, marks), secretsOf(marks, session), 14);
});

test('No error of a store says what a back end answers for one of several.', async () => {
  const marks = newMarks();
  const session = await createWith(
    sessionStore<Data>(memoryBackend(), { keys: { tag: [marks.key] } }),
    marks,
  );
  const store = sessionStore<Data>(
    altered(() => ({ read: broken })),
    { keys: { tag: [marks.key] } },
  );
  const failures = await Promise.all([failureOf(store.get(session.id)), failureOf(store.get(session.id))]);
  expectNoData(failures, secretsOf(marks, session), 2);
});

test('An error about a value that cannot be stored or read does not contain the value.', async () => {
  const marks = newMarks();
  const options = { keys: { tag: [marks.key], data: [{ id: 'k1', key: marks.key }] } };
  const backend = memoryBackend();
  const open = sessionStore<Data>(backend, options);
  const sealed = sessionStore<Data>(backend, { ...options, encrypt: true });
  const session = await createWith(open, marks);
  const circle: Data = dataWith(marks);
  circle[marks.field] = circle;
  const failures = await Promise.all([
    failureOf(open.create({ [marks.field]: 1n })),
    failureOf(open.create(circle)),
    failureOf(open.create({ [`${marks.field}\ud800`]: 1 })),
    failureOf(sealed.get(session.id)),
    failureOf(open.create({}, { user: marks.user.repeat(20) })),
    failureOf(open.create({}, { [marks.user]: marks.value })),
    failureOf(open.destroyAll(marks.user, { except: marks.value })),
  ]);
  const secrets = [marks.value, session.id, marks.key];
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(Error);
    expect(leaksOf(failure, secrets)).toEqual([]);
  }
  expectNoData(failures.slice(0, 5), secretsOf(marks, session), 5);
});

test('A stored text that is not JSON is not quoted by the error.', async () => {
  const marks = newMarks();
  const fields = new Map([[marks.field, marks.value]]);
  const backend = altered(inner => ({
    async read(asked, call) {
      const found = await inner.read(asked, call);
      const [only] = found;
      return only === undefined || only instanceof Error
        ? found
        : [{ ...only, record: { ...only.record, fields } }];
    },
  }));
  const store = sessionStore<Data>(backend, { keys: { tag: [marks.key] } });
  const session = await createWith(store, marks);
  const failure = await failureOf(store.get(session.id));
  expect(failure).toMatchObject({ code: codes.storeUnreadable });
  expectNoData([failure], secretsOf(marks, session), 1);
});
