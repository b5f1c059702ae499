import type { Caller, Site } from '../../session/events.ts';
import type { Arguments } from '../arguments.ts';
import { tracePlace } from '../places.ts';
import { type Actor, siteOf, type Story } from '../story.ts';
import { type Token, tokenError } from '../tokens.ts';
import { describeError } from './describe-error.ts';
import { tellBegin, tellSettle } from './operation-words.ts';
import { scopesOf } from './scopes-of.ts';
import type { Word, Words } from './word.ts';

/** The helper's own loop starts, commits and aborts while the callback has not the word; then the place is the helper's. */
export function callerOf(
  { helper }: Actor,
  token: Token,
): { readonly by: Caller; readonly site?: Site | undefined } {
  if (helper?.phase === 'loop') return { by: 'helper', site: helper.operation.site };
  return { by: 'user', site: siteOf(token) };
}

const txn: Word = (story, token, args) => {
  const actor = story.actor(token);
  const { by, site } = callerOf(actor, token);
  const standalone = args.flag('standalone');
  const scopes = scopesOf(args);
  const refused = args.flag('refused');
  const w = args.number('w');
  const before = args.value('follows');
  const follows = before === undefined ? undefined : story.named(before, token).record.id;
  const readPreference = args.value('reads');
  const line = by === 'user' ? lineOf(token) : undefined;
  const started = { type: 'transaction.started', by, site, standalone, scopes, w, follows } as const;
  story.tell({ ...story.of(actor), ...started, readPreference, line }, actor);
  if (refused) return story.tell({ ...story.of(actor), type: 'transaction.aborted', by: 'helper' }, actor);
  if (by === 'helper') story.tell({ ...story.of(actor), type: 'callback.entered', site }, actor);
  if (actor.helper !== undefined) actor.helper.phase = 'callback';
};

/** Each word is a line of its own, unless it names its place. */
function lineOf(token: Token): string | undefined {
  return token.place === 'none' ? undefined : (token.place ?? tracePlace(token));
}

const earlyTxn: Word = (story, token) => {
  const actor = story.actor(token);
  const kind = actor.ending?.operation.kind;
  if (kind !== 'commit' && kind !== 'abort') throw tokenError(token, 'no commit or abort is under way.');
  story.tell({ ...story.of(actor), type: 'transaction.overlapped', as: kind, site: siteOf(token) }, actor);
};

function tellEnding(as: 'commit' | 'abort'): Word {
  return (story, token) => {
    const actor = story.actor(token);
    const { by, site } = callerOf(actor, token);
    const pending = by === 'helper' ? [] : story.pending(actor, 'inside');
    story.tell({ ...story.of(actor), type: 'transaction.ending', as, by, pending, site }, actor);
    const command = `${as}Transaction`;
    const operation = tellBegin(story, actor, { command, kind: as, inTransaction: false, quiet: false });
    actor.ending = { operation, by };
  };
}

function takeEnding(actor: Actor, token: Token): NonNullable<Actor['ending']> {
  const { ending } = actor;
  if (ending === undefined) throw tokenError(token, 'no commit or abort is under way.');
  actor.ending = undefined;
  return ending;
}

const committed: Word = (story, token, args) => {
  const actor = story.actor(token);
  const { operation, by } = takeEnding(actor, token);
  tellSettle(story, actor, operation);
  const inside = siteOfOuter(story, token, args);
  const site = by === 'helper' ? actor.helper?.operation.site : undefined;
  story.tell({ ...story.of(actor), type: 'transaction.committed', by, inside, site }, actor);
};

/** `inside=s1`: where the transaction of s1 was started, in whose callback this one was committed. */
function siteOfOuter(story: Story, token: Token, args: Arguments): Site | undefined {
  const name = args.value('inside');
  if (name === undefined) return undefined;
  return story.named(name, token).record.transaction?.site ?? {};
}

const commitFailed: Word = (story, token, args) => {
  const actor = story.actor(token);
  const { operation, by } = takeEnding(actor, token);
  const error = describeError(args);
  tellSettle(story, actor, operation, error);
  story.tell({ ...story.of(actor), type: 'transaction.failed', by, error }, actor);
};

const aborted: Word = (story, token) => {
  const actor = story.actor(token);
  const { operation, by } = takeEnding(actor, token);
  tellSettle(story, actor, operation);
  story.tell({ ...story.of(actor), type: 'transaction.aborted', by }, actor);
};

const abortFailed: Word = (story, token, args) => {
  const actor = story.actor(token);
  tellSettle(story, actor, takeEnding(actor, token).operation, describeError(args));
};

const committing = tellEnding('commit');
const aborting = tellEnding('abort');

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
