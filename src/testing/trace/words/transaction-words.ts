import type { Caller, ErrorSummary, Operation, Site } from '../../../guard/events/events.ts';
import type { Arguments } from '../arguments.ts';
import { type Token, tokenError, tracePlace } from '../tokens.ts';
import { type Actor, type Ending, siteOf, type Story } from '../story.ts';
import { describeError } from './describe-error.ts';
import { failureNamed, emitBegin, emitSettle } from './operation-words.ts';
import { scopesOf, type Word, type Words } from './word.ts';

/** The runner's own loop starts, commits and aborts while the callback does not run; then the place is that of the runner. */
export function callerOf(
  { runner }: Actor,
  token: Token,
): { readonly by: Caller; readonly site?: Site | undefined } {
  if (runner?.phase === 'loop') return { by: 'runner', site: runner.operation.site };
  return { by: 'user', site: siteOf(token) };
}

const txn: Word = (story, token, args) => {
  const actor = story.actor(token);
  const { by, site } = callerOf(actor, token);
  const standalone = args.flag('standalone');
  const scopes = scopesOf(args);
  const refused = args.flag('refused');
  const w = concernOf(args.value('w'));
  const left = args.value('follows');
  const follows = left === undefined ? undefined : story.named(left, token).record.id;
  const readPreference = args.value('reads');
  const line = by === 'user' ? lineOf(token) : undefined;
  const waits = by === 'runner' && args.flag('waits');
  const attempt = by === 'runner' ? args.number('attempt') : undefined;
  const started = { type: 'transaction.started', by, site, standalone, scopes, w, follows } as const;
  const before = actor.record.transaction;
  story.emit({ ...story.of(actor), ...started, readPreference, line }, actor);
  if (!refused) return by === 'runner' && !waits ? emitEntered(story, actor, attempt) : undefined;
  // On a session that has ended no transaction was begun, so none is taken back.
  if (actor.record.transaction === before) return;
  story.emit({ ...story.of(actor), type: 'transaction.aborted', by: 'runner' }, actor);
};

/** `w=1`, `w=majority`. */
function concernOf(w: string | undefined): number | string | undefined {
  return w !== undefined && /^\d+$/.test(w) ? Number(w) : w;
}

/** The attempt has waited for its turn. */
const enter: Word = (story, token) => {
  const actor = story.actor(token);
  if (actor.runner?.phase !== 'loop') throw tokenError(token, 'no runner waits on this session.');
  emitEntered(story, actor, undefined);
};

/** The runner calls its callback, for the first time or again. */
function emitEntered(story: Story, actor: Actor, attempt: number | undefined): void {
  const { runner } = actor;
  if (runner === undefined) return;
  runner.attempts = attempt ?? runner.attempts + 1;
  const { site } = runner.operation;
  if (runner.attempts > 1)
    story.emit({ ...story.of(actor), type: 'transaction.retried', attempt: runner.attempts }, actor);
  story.emit({ ...story.of(actor), type: 'callback.entered', site }, actor);
  runner.phase = 'callback';
}

/** Each word counts as a separate line, unless it names its place. */
function lineOf(token: Token): string | undefined {
  return token.place === 'none' ? undefined : (token.place ?? tracePlace(token));
}

const earlyTxn: Word = (story, token) => {
  const actor = story.actor(token);
  const { as } = actor.endings.at(-1) ?? {};
  if (as === undefined) throw tokenError(token, 'no commit or abort is under way.');
  story.emit({ ...story.of(actor), type: 'transaction.overlapped', as, site: siteOf(token) }, actor);
};

function emitEnding(as: 'commit' | 'abort'): Word {
  return (story, token, args) => {
    const actor = story.actor(token);
    const { by, site } = args.flag('runner') ? runnerOf(actor, token) : callerOf(actor, token);
    const pending = by === 'runner' ? [] : story.pending(actor, 'inside');
    story.emit({ ...story.of(actor), type: 'transaction.ending', as, by, pending, site }, actor);
    actor.endings.push({ as, by, operation: isSilent(as, by) ? undefined : emitCall(story, actor, as) });
  };
}

/** A runner that was stopped ends its transaction while its callback still runs. */
function runnerOf({ runner }: Actor, token: Token): { readonly by: Caller; readonly site: Site | undefined } {
  if (runner === undefined) throw tokenError(token, 'no runner is running on this session.');
  return { by: 'runner', site: runner.operation.site };
}

/** The commit of a runner is not an operation: nobody can forget to await it. */
function isSilent(as: 'commit' | 'abort', by: Caller): boolean {
  return as === 'commit' && by === 'runner';
}

function emitCall(story: Story, actor: Actor, kind: 'commit' | 'abort'): Operation {
  const command = `${kind}Transaction`;
  return emitBegin(story, actor, { command, kind, inTransaction: false, quiet: false });
}

function emitCallSettled(
  story: Story,
  actor: Actor,
  operation: Operation | undefined,
  error?: ErrorSummary,
): void {
  if (operation !== undefined) emitSettle(story, actor, operation, error);
}

/** The oldest call of this kind comes to its end first. */
function takeEnding({ endings }: Actor, token: Token, as: Ending['as']): Ending {
  const [ending] = endings.splice(
    endings.findIndex(one => one.as === as),
    1,
  );
  if (ending === undefined || ending.as !== as) throw tokenError(token, `no ${as} is under way.`);
  return ending;
}

const committed: Word = (story, token, args) => {
  const actor = story.actor(token);
  const { operation, by } = takeEnding(actor, token, 'commit');
  const inside = siteOfOuter(story, token, args);
  const site = by === 'runner' ? actor.runner?.operation.site : undefined;
  story.emit({ ...story.of(actor), type: 'transaction.committed', by, inside, site }, actor);
  emitCallSettled(story, actor, operation);
};

/** `inside=s1`: the place where the transaction of s1 was started; this transaction was committed in the callback of s1. */
function siteOfOuter(story: Story, token: Token, args: Arguments): Site | undefined {
  const name = args.value('inside');
  if (name === undefined) return undefined;
  return story.named(name, token).record.transaction?.site ?? {};
}

const commitFailed: Word = (story, token, args) => {
  const actor = story.actor(token);
  const { operation, by } = takeEnding(actor, token, 'commit');
  const isSent = !args.flag('unsent');
  const cause = args.value('cause');
  const error = describeError(args);
  if (isSent) story.emit({ ...story.of(actor), type: 'transaction.failed', by, error }, actor);
  emitCallSettled(
    story,
    actor,
    operation,
    cause === undefined ? error : failureNamed(story, actor, token, cause).error,
  );
};

const aborted: Word = (story, token) => {
  const actor = story.actor(token);
  const { operation, by } = takeEnding(actor, token, 'abort');
  emitCallSettled(story, actor, operation);
  story.emit({ ...story.of(actor), type: 'transaction.aborted', by }, actor);
};

const abortFailed: Word = (story, token, args) => {
  const actor = story.actor(token);
  emitCallSettled(story, actor, takeEnding(actor, token, 'abort').operation, describeError(args));
};

const committing = emitEnding('commit');
const aborting = emitEnding('abort');

function inTurn(...words: readonly Word[]): Word {
  return (story, token, args) => {
    for (const word of words) {
      word(story, token, args);
      story.now += 1;
    }
  };
}

export const transactionWords: Words = {
  txn,
  enter,
  'early-txn': earlyTxn,
  committing,
  committed,
  'commit-failed': commitFailed,
  commit: inTurn(committing, committed),
  'commit-fail': inTurn(committing, commitFailed),
  aborting,
  aborted,
  'abort-failed': abortFailed,
  abort: inTurn(aborting, aborted),
  'abort-fail': inTurn(aborting, abortFailed),
};
