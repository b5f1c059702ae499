import { invalidArgument } from '../../errors/errors.ts';
import type { SessionGuardEvent } from '../../guard/events/events.ts';
import { Arguments } from './arguments.ts';
import { Story } from './story.ts';
import { type Token, tokenError, tokenize } from './tokens.ts';
import { clientWords } from './words/client-words.ts';
import { connectionWords } from './words/connection-words.ts';
import { documentWords, sessionWords } from './words/session-words.ts';
import { runnerWords } from './words/runner-words.ts';
import { operationWords } from './words/operation-words.ts';
import { transactionWords } from './words/transaction-words.ts';
import type { Words } from './words/word.ts';

const words: Words = {
  ...sessionWords,
  ...operationWords,
  ...transactionWords,
  ...runnerWords,
  ...clientWords,
  ...connectionWords,
  ...documentWords,
};

/**
 * Reads a trace in words, `'start begin(a insert shop.orders) end settle(a)'`, and returns its events.
 *
 * A word is `session:word(arguments)@place`. Without a session it is `s1`. Without a place, the word's own position in the text
 * is the place; `@name` sets another place (the same for all words with this name), `@none` sets no place. One millisecond
 * passes between words. These facts are derived from the record: whether an operation is in a transaction, what is pending, and
 * whether the user or a transaction runner commits (the runner, while it runs and its callback does not).
 *
 * A plain verb is the whole call; `-ing` is its begin, `-ed` its end.
 *
 * | word | what happens |
 * |---|---|
 * | `start(runner client=2 scope=1 snapshot causal history-unknown)` | a session is started: by the user, on client 1, in no scope,
 * with no such option, unless said otherwise; with `history-unknown` before its client was guarded |
 * | `end(runner close outside in=a)` = `ending` `ended` | it is ended: by the runner that started it; by a closing client; from
 * outside of a runner's callback that is running on it; in the callback of the joined `withTxn` a |
 * | `keep` | the session is marked with `keep(session)` |
 * | `left(request)` | the test that started the session is over; the request |
 * | `advance` | the session, not used yet, was given a time that it must read after |
 * | `drain-exceeded(5s runner)` | a drain gives up on what is pending; that of a runner, which does not wait for itself |
 * | `begin(a insert shop.orders kind=batch quiet foreign attempt-over retryable unacknowledged reads=secondary scope=2
 * within=1 in-transaction)` | operation `a` is begun. The kind follows from the command; insert on shop.orders if none is given.
 * `foreign`: of another client; `attempt-over`: by an attempt that is over; `retryable`: a write that the driver may send again;
 * `unacknowledged`: one of write concern 0; `reads`: a read in a transaction with another preference than `primary`; `scope`:
 * the request it was begun in, `within` another; `in-transaction`: although a commit, an abort or the end was
 * called, which waits, or the session has ended |
 * | `sent(a)` | its turn comes, for which it has waited in the queue of its transaction |
 * | `settle(a)` | it succeeds |
 * | `fail(a 11000 name=X label=Y standalone)` | it is rejected: by a server, with this code; `client`: by the driver's own
 * validation |
 * | `run(a find shop.users)` | `begin(a find shop.users)` `settle(a)` |
 * | `open(a change-stream tailable)`, `close(a)` | operation `a` has opened a cursor, or a change stream or tailable cursor; it
 * is exhausted or closed |
 * | `conflict(a documents=1 holder=s1)` | … is about to be, since another transaction is in its way: on these documents; the
 * one of `s1`, which is around it and waits |
 * | `escape(find shop.users sessionless $merge $out)` | an operation in the scope of the transaction is sent without its
 * session; by what takes none (GridFS); an aggregation that ends in such a stage |
 * | `save(1 sends=n,total leaves=total)`, `save(1 sends=insert)`, `save(1 leaves=delete)` | document 1 is saved in the
 * transaction: the fields that are sent, those that are left out because an earlier save has sent them; `insert` and `delete`
 * for the whole document |
 * | `txn(standalone refused scope=1 follows=s1 reads=secondary attempt=5 waits)` | a transaction is started: on a server that has
 * none; the start throws; by the code that has left a manual one of `s1`; its reads have this preference. By hand each word is
 * a line of its own, unless it names its place. A runner calls its callback then, for the first time or again: `attempt` says
 * how often, instead of one more than before; `waits`: not before `enter` |
 * | `enter` | the turn of a runner's attempt has come, for which it waits while others want the same documents |
 * | `early-txn` | `startTransaction` is called after `committing` or `aborting`, before `committed` or `aborted` |
 * | `commit(inside=s2)` = `committing` `committed(inside=s2)` | it is committed; in the callback of the transaction of s2 |
 * | `commit-fail(251 unsent cause=a)` = `committing` `commit-failed(251 unsent cause=a)` | its commit is rejected (arguments as
 * for `fail`); by protection, which has not sent it; the caller gets the error of operation `a` instead |
 * | `abort(runner)` = `aborting(runner)` `aborted` | it is aborted; by its runner, which was stopped, while the callback runs |
 * | `abort-fail(client)` = `aborting` `abort-failed(client)` | its abort is rejected |
 * | `runner` | `withTransaction` is called: the next `txn` is its, and its callback runs until it returns |
 * | `callback-returns` | the callback resolves |
 * | `callback-rejects(a)`, `callback-rejects(own 112 linked)` | it rejects with the error of operation `a`, or with one of the
 * user's own (arguments as for `fail`); which leads to the transient error of an operation |
 * | `runner-done`, `runner-failed(11000)` | the runner resolves, or rejects |
 * | `wait(60s)` | time passes |
 * | `tick(client=2)` | the guard looks at the clock |
 * | `starve(3s client=2)` | … and notices that its process got no processor time for this long |
 * | `leave(scope=1 newest=3)` | a scope is over, while others up to 3 have been entered |
 * | `unlabelled(transaction added client=2)` | a network error of a transaction, or of a retryable `write`, came without its label; under protection it was added |
 * | `connect(client=2 deployment=1 scope=1 under-test maxPoolSize=2 no-retry-writes)` = `connecting` `connected(session-minutes=30)` |
 * a client connects for the first time: made in no request, with the driver's defaults for options that are not given.
 * `deployment`: the same number for clients of one deployment with the same options |
 * | `use(operation client=2)`, `use(query)`, `use(write)`, `use(reopening)` | it is used in a way for which its options matter:
 * any operation, a query without a limit, a write that could be sent again, a connection opened again |
 * | `pool-waited(700ms timed-out waiting=2 streams=1 others=3 client=2)` | an operation has waited for a connection; the open
 * operations hold some, change streams without a session others, and `others` what is not known |
 * | `close-client(client=2 implicit=1 callbacks=1 from-inside scope=1)` = `closing-client` … `closed-client` | a client is
 * closed with what is in flight, and with operations of implicit sessions; its sessions are ended |
 * | `closed-client(cut-off after=10s)` | … and what is still in flight is cut off |
 * | `use-after-close(insert shop.orders client=2)` | an operation is sent through a closed client |
 *
 * @throws SessionGuardError with the position of a word that is unknown or makes no sense there
 * @example
 * ```ts
 * import { parseTrace, replayTrace } from 'session-guard/testing';
 *
 * const [finding] = replayTrace(parseTrace('start end begin(a)'));
 * console.log(finding?.rule); // → use-after-end
 * ```
 */
export function parseTrace(trace: string): SessionGuardEvent[] {
  if (typeof trace !== 'string') throw invalidArgument('A trace is a text.');
  const story = new Story();
  for (const token of tokenize(trace)) readWord(story, token);
  return story.events;
}

function readWord(story: Story, token: Token): void {
  const word = Object.hasOwn(words, token.word) ? words[token.word] : undefined;
  if (word === undefined)
    throw tokenError(token, `there is no such word. The words: ${Object.keys(words).join(', ')}.`);
  const args = new Arguments(token);
  word(story, token, args);
  args.done();
  story.now += 1;
}
