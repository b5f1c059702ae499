import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codes } from '../../src/errors/codes.ts';
import { placeOf } from '../../src/guard/stack/place.ts';
import type { EventType, SessionGuardEvent } from '../../src/guard/events/events.ts';
import { parseTrace } from '../../src/testing/index.ts';

const types = (trace: string) => parseTrace(trace).map(({ type }) => type);

/** The only event of its type. */
function only<T extends EventType>(trace: string, type: T) {
  const found = parseTrace(trace).filter(
    (event): event is Extract<SessionGuardEvent, { readonly type: T }> => event.type === type,
  );
  expect(found).toHaveLength(1);
  const [event] = found;
  if (event === undefined) throw new Error(`There is no ${type}.`);
  return event;
}

/** One trace that says everything that can be said. */
const everything =
  'start(scope=1) s2:start(client=2) keep advance run(a find shop.users) open(a) close(a) txn escape(insert shop.x) save(1 sends=n) committing early-txn committed txn commit-fail(112) ' +
  'abort-fail(client) runner txn callback-returns abort txn callback-returns commit runner-done begin(b) conflict(b) ending drain-exceeded(5s) ended s2:left tick leave(scope=1) ' +
  'connect(client=2) use(query client=2) pool-waited(1s client=2) unlabelled(write client=2) close-client(client=2) use-after-close(client=2)';

test('Every type of event can be expressed.', () => {
  const files = ['client-events', 'session-events', 'transaction-events'];
  const source = files
    .map(name => readFileSync(new URL(`../../src/guard/events/${name}.ts`, import.meta.url), 'utf8'))
    .join();
  const all = [...source.matchAll(/readonly type: '([\w.]+)'/g)].map(([, type]) => type);
  expect(all.length).toBeGreaterThan(20);
  expect(new Set<string | undefined>(types(everything))).toEqual(new Set(all));
});

function same(whole: string, parts: string): void {
  expect(types(`start txn ${whole}`)).toEqual(types(`start txn ${parts}`));
}

test('A plain verb is its `-ing` and its `-ed`.', () => {
  same('end', 'ending ended');
  same('commit', 'committing committed');
  same('commit-fail(112)', 'committing commit-failed(112)');
  same('abort', 'aborting aborted');
  same('abort-fail(client)', 'aborting abort-failed(client)');
  same('run(a)', 'begin(a) settle(a)');
});

test('Sessions, clients and operations are numbered in their order; events carry version and rising time.', () => {
  const events = parseTrace('start s2:start(client=2) s2:begin(a) begin(a)');
  expect(events).toMatchObject([
    { v: 1, client: 1, session: 1 },
    { v: 1, client: 2, session: 2 },
    { v: 1, client: 2, session: 2, operation: { id: 1 } },
    { v: 1, client: 1, session: 1, operation: { id: 2 } },
  ]);
  expect(events.map(({ at }) => at)).toEqual([0, 1, 2, 3]);
});

test('Time passes by `wait`, in seconds or milliseconds.', () => {
  expect(parseTrace('start wait(60s) tick').at(-1)?.at).toBe(60_002);
  expect(parseTrace('start wait(60ms) tick').at(-1)?.at).toBe(62);
});

test.each([
  ['begin(a)', { command: 'insert', namespace: 'shop.orders', kind: 'write', quiet: false }],
  ['begin(a find shop.users)', { command: 'find', namespace: 'shop.users', kind: 'read' }],
  ['begin(a bulkWrite)', { command: 'bulkWrite', namespace: undefined, kind: 'composite' }],
  ['begin(a createIndexes shop.users)', { kind: 'command' }],
  ['begin(a insert shop.users kind=batch)', { kind: 'batch' }],
  ['begin(a getMore shop.users quiet)', { kind: 'getMore', quiet: true }],
  ['begin(a getMore shop.users kind=tail)', { kind: 'tail', quiet: true }],
  ['begin(a killCursors shop.users)', { kind: 'killCursors', quiet: true }],
  ['begin(a withTxn)', { kind: 'runner', namespace: undefined }],
])("'%s' is an operation with these fields.", (word, operation) => {
  expect(only(`start ${word}`, 'operation.requested').operation).toMatchObject(operation);
});

test.each([
  [
    'fail(a 11000)',
    { name: 'MongoServerError', code: 11000, codeName: 'DuplicateKey', labels: [], reachedServer: true },
  ],
  ['fail(a 251)', { code: 251, codeName: 'NoSuchTransaction', labels: ['TransientTransactionError'] }],
  ['fail(a 50)', { name: 'MongoServerError', code: 50, labels: [] }],
  ['fail(a client)', { name: 'MongoAPIError', labels: [], reachedServer: false }],
  [
    'fail(a name=MongoNetworkError label=A label=B)',
    { name: 'MongoNetworkError', labels: ['A', 'B'], reachedServer: true },
  ],
  ['fail(a ERR_X client)', { code: 'ERR_X', reachedServer: false }],
])("'%s' is this error.", (word, error) => {
  expect(only(`start begin(a) ${word}`, 'operation.settled').error).toMatchObject(error);
});

test('Whether an operation is in a transaction comes from the record.', () => {
  const flags = parseTrace('start begin(a) txn begin(b) commit begin(c)').flatMap(event =>
    event.type === 'operation.requested' && event.operation.kind === 'write'
      ? event.operation.inTransaction
      : [],
  );
  expect(flags).toEqual([false, true, false]);
});

test('The pending operations come from the record.', () => {
  const pending = only(
    'start begin(a) begin(k killCursors) begin(b) settle(a) ending',
    'session.ending',
  ).pending;
  expect(pending.map(({ id }) => id)).toEqual([3]);
});

test('A runner is not pending for a call from inside its callback, and is for one from outside.', () => {
  expect(only('start runner txn ending', 'session.ending').pending).toEqual([]);
  expect(only('start runner txn ending(outside)', 'session.ending').pending).toMatchObject([
    { kind: 'runner' },
  ]);
  expect(only('start runner txn callback-returns', 'callback.returned').pending).toEqual([]);
});

test('Who commits is the runner, unless its callback has the word.', () => {
  expect(only('start txn commit', 'transaction.committed').by).toBe('user');
  expect(only('start runner txn commit', 'transaction.committed').by).toBe('user');
  expect(only('start runner txn callback-returns commit', 'transaction.committed').by).toBe('runner');
  expect(only('start runner txn', 'transaction.started').by).toBe('runner');
  expect(
    only('start runner txn callback-returns commit runner-done txn abort', 'transaction.aborted').by,
  ).toBe('user');
});

test('A callback rejects with the error of an operation, or with one of the user’s own.', () => {
  const own = only('start runner txn callback-rejects(own)', 'callback.returned');
  expect(own).toMatchObject({ error: { name: 'Error', reachedServer: false }, errorOf: undefined });
  const failed = only('start runner txn begin(a) fail(a 112) callback-rejects(a)', 'callback.returned');
  expect(failed).toMatchObject({ error: { code: 112 }, errorOf: { id: 2 } });
});

test('A word’s own position is its place, if no other is named.', () => {
  expect(placeOf(only('\n  start', 'session.started').site)).toMatchObject({ line: 2, column: 3 });
  expect(placeOf(only('start@pool', 'session.started').site)).toEqual({ file: 'pool', line: 1, column: 1 });
  expect(only('start@none', 'session.started').site).toBeUndefined();
});

test('What the runner’s loop does has the place of the runner.', () => {
  const event = only('start runner@here txn callback-returns commit', 'transaction.ending');
  expect(placeOf(event.site)?.file).toBe('here');
});

test('A closing client ends its open sessions, and no others.', () => {
  const events = parseTrace('start s2:start s3:start(client=2) s2:end close-client');
  const ended = events.flatMap(event => (event.type === 'session.ended' ? [[event.session, event.by]] : []));
  expect(ended).toEqual([
    [2, 'user'],
    [1, 'close'],
  ]);
});

test.each([
  ['start\n  statr', "line 2, column 3, 'statr': there is no such word. The words: start, "],
  ['start toString', "line 1, column 7: 'toString' is not a word"],
  ['run(a)', "line 1, column 1, 'run(a)': the session s1 was not started."],
  ['start s2:end', 'the session s2 was not started.'],
  ['start begin', 'the name of the operation is missing.'],
  ['start settle(b)', "no operation 'b' was begun on this session."],
  ['start begin(a insert shop.orders twice)', "'twice' is not understood here."],
  ['start begin(a kind=wirte)', "there is no kind 'wirte'."],
  ['start(client=x)', "client is a number, not 'x'."],
  ['start wait(60)', "a time is written 500ms or 60s, not '60'."],
  ['start txn committed', 'no commit is under way.'],
  ['start txn early-txn', 'no commit or abort is under way.'],
  ['start txn enter', 'no runner waits on this session.'],
  ['start end(in=b)', "no operation 'b' was begun on this session."],
  ['start runner txn callback-rejects(own linked)', 'no operation of the transaction has a transient error.'],
  ['start callback-returns', 'no runner is running on this session.'],
  ['start runner txn begin(a) callback-rejects(a)', "no operation 'a' has failed on this session."],
  ['start end(now)', "'now' is not understood here."],
])("'%s' is refused: %s", (trace, message) => {
  expect(() => parseTrace(trace)).toThrow(expect.objectContaining({ code: codes.invalidArgument }));
  expect(() => parseTrace(trace)).toThrow(message);
});

test('Every word is in the table of the documentation, and the other way round.', () => {
  const source = readFileSync(new URL('../../src/testing/trace/notation.ts', import.meta.url), 'utf8');
  const documented = new Set<string | undefined>();
  // A row may be wrapped over several lines.
  const rows = source.replaceAll(/\n \* (?!\||@)(?=\S)/g, ' ');
  for (const [, cell = ''] of rows.matchAll(/^ \* \| (`.*?) \|/gm)) {
    for (const [, word] of cell.matchAll(/`([a-z-]+)/g)) documented.add(word);
  }
  let words = '';
  try {
    parseTrace('no-such-word');
  } catch (error) {
    words = /The words: (.*)\./.exec(String(error))?.[1] ?? '';
  }
  expect(documented).toEqual(new Set(words.split(', ')));
});
