import { array, constantFrom, oneof, tuple } from 'fast-check';
import { parseTrace } from '../../src/testing/index.ts';

const name = constantFrom('a', 'b', 'c');
const session = constantFrom('', 's2:', 's3:');
const place = constantFrom('', '', '@home', '@C:/app/order.js', '@none');
const operation = constantFrom(
  '',
  ' find shop.users',
  ' update shop.orders',
  ' bulkWrite shop.orders',
  ' insert shop.orders kind=batch',
  ' getMore shop.users',
  ' getMore shop.users quiet',
  ' killCursors shop.users',
  ' withTxn',
  ' find shop.users foreign',
  ' find shop.users attempt-over',
);
const error = constantFrom('11000', '251', '112', 'client', '91 label=UnknownTransactionCommitResult');

/** Words by what they say, each with a session where it takes one. */
const word = oneof(
  tuple(session, constantFrom('start', 'start(scope=1)', 'start(client=2)'), place),
  tuple(
    session,
    constantFrom('end', 'end', 'ending', 'ended', 'end(close)', 'end(outside)', 'keep', 'left'),
    place,
  ),
  tuple(session, constantFrom('txn', 'txn', 'txn(standalone)', 'runner', 'runner'), place),
  tuple(session, constantFrom('commit', 'abort', 'committing', 'committed', 'aborting', 'aborted'), place),
  tuple(
    session,
    constantFrom('callback-returns', 'callback-rejects(own)', 'callback-rejects(a)', 'runner-done'),
  ),
  tuple(session, error, place).map(([who, what, where]) => [who, `commit-fail(${what})`, where]),
  tuple(session, constantFrom('begin', 'run'), name, operation, place).map(
    ([who, verb, one, what, where]) => [who, `${verb}(${one}${what})`, where],
  ),
  tuple(session, name, error).map(([who, one, what]) => [who, `fail(${one} ${what})`]),
  tuple(session, constantFrom('settle', 'open', 'close'), name).map(([who, verb, one]) => [
    who,
    `${verb}(${one})`,
  ]),
  tuple(
    session,
    constantFrom(
      'escape(insert shop.orders)',
      'escape(find shop.users)',
      'escape(openUploadStream shop.fs sessionless)',
      'escape(aggregate shop.orders $merge)',
      'save(1 sends=total)',
      'save(1 leaves=total)',
      'drain-exceeded(5s)',
    ),
    place,
  ),
  tuple(
    constantFrom(
      'wait(60s)',
      'tick',
      'tick(client=2)',
      'leave',
      'close-client',
      'close-client(client=2 implicit=1)',
    ),
  ),
  tuple(
    constantFrom('use-after-close', 'closing-client(from-inside)', 'closed-client(cut-off after=10s)'),
    place,
  ),
);

/** What seldom comes together by chance. */
const phrases = [
  ['start', 'run(a scope=1)', 'leave(scope=1)', 'run(b scope=2)'],
  ['start(scope=2 within=1)', 'run(a scope=2 within=1)', 'leave(scope=1)', 'txn(scope=3)', 'run(b scope=3)'],
  ['txn', 'begin(a listIndexes shop.orders)', 'fail(a 263)', 'abort'],
  ['txn', 'run(a)', 'wait(6s)', 'commit'],
  ['txn', 'run(a)', 'wait(2s)', 'commit-fail(251)'],
  ['runner', 'txn', 'begin(a)', 'fail(a 112)', 'callback-rejects(a)', 'abort', 'txn(attempt=5)'],
  ['start', 'run(a)', 'wait(1800s)', 'run(b)'],
  ['start', 'run(a find shop.users)', 'end'],
  ['start(snapshot)', 'advance', 'run(a find shop.users)', 'end'],
  ['connect(client=3)@here', 'connect(client=4)@here', 'connect(client=5)@here'],
  ['connect(socketTimeoutMS=300)', 'use(query)'],
  ['connect(no-retry-writes)', 'use(write)'],
  ['connect(maxPoolSize=2)', 'pool-waited(700ms others=2)'],
  ['connect', 'unlabelled(transaction)', 'unlabelled(write added)'],
  ['connect(maxIdleTimeMS=500)', 'use(operation)', 'use(reopening)'],
  ['connect(serverSelectionTimeoutMS=100)', 'use(operation)'],
  ['txn(w=1)', 'begin(a)', 'settle(a)', 'commit'],
  ['begin(a insert shop.orders unacknowledged)', 'fail(a client)'],
  ['txn', 'begin(a find shop.users)', 'begin(b)'],
  ['txn', 'begin(a)', 'fail(a 11000)', 'begin(b)', 'fail(b 251)', 'commit-fail(251)'],
  ['runner', 'txn', 'run(a)', 'abort', 'run(b)', 'callback-rejects(own)', 'runner-done'],
  ['runner', 'txn', 'begin(a)', 'callback-returns', 'commit', 'runner-done'],
  ['run(c find shop.users)', 'open(c)', 'begin(b getMore shop.users)'],
  ['txn', 'run(c find shop.users)', 'open(c)', 'commit'],
  ['begin(a)', 'end', 'settle(a)'],
  ['begin(a retryable)', 'begin(b retryable)', 'settle(a)', 'settle(b)'],
  ['txn(scope=1)', 'begin(a scope=2)', 'settle(a)', 'commit'],
  ['txn', 'save(1 sends=total)', 'abort', 'txn', 'save(1 leaves=total)', 'commit'],
  ['txn(reads=secondary)', 'begin(a find shop.users reads=secondary)', 'fail(a client)'],
  ['runner', 'txn', 'begin(a)', 'fail(a 112)', 'callback-rejects(own)', 'abort', 'runner-failed(client)'],
];

const phrase = tuple(session, constantFrom(...phrases), place).map(([who, words, where]) =>
  words.map(one => `${who}${one}${where}`).join(' '),
);

const part = oneof(
  { weight: 4, arbitrary: word.map(parts => parts.join('')) },
  { weight: 1, arbitrary: phrase },
);

/** Any words and phrases in any order; those that make no sense where they stand are left out. */
export const arbitraryTrace = array(part, { maxLength: 40, size: 'max' }).map(parts => {
  let trace = 'start s2:start@home s3:start@home';
  for (const next of parts) {
    const longer = `${trace} ${next}`;
    if (makesSense(longer)) trace = longer;
  }
  return trace;
});

function makesSense(trace: string): boolean {
  try {
    parseTrace(trace);
    return true;
  } catch {
    return false;
  }
}
