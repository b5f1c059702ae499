import type { Caller, SessionStarted, Site } from '../../session/events.ts';
import type { Arguments } from '../arguments.ts';
import { type Actor, siteOf, type Story } from '../story.ts';
import type { Token } from '../tokens.ts';
import { scopesOf } from './scopes-of.ts';
import type { Word, Words } from './word.ts';

const start: Word = (story, token, args) => {
  const by = args.flag('helper') ? 'helper' : 'user';
  const client = args.number('client') ?? 1;
  const scopes = scopesOf(args);
  const asks = askedFor(args);
  const base = story.base(token, client);
  const started = { ...base, type: 'session.started', by, scope: scopes?.[0] } as const;
  story.open(
    token.session ?? 's1',
    scopes === undefined && asks === undefined ? started : { ...started, scopes, asks },
  );
};

function askedFor(args: Arguments): SessionStarted['asks'] {
  if (args.flag('snapshot')) return 'snapshot';
  return args.flag('causal') ? 'causal consistency' : undefined;
}

export function tellEnding(story: Story, token: Token, actor: Actor, by: Caller, outside: boolean): void {
  const inside = actor.helper?.phase === 'callback' && !outside;
  const pending = by === 'close' ? [] : story.pending(actor, outside ? 'outside' : 'inside');
  story.tell(
    { ...story.of(actor), type: 'session.ending', by, inside, pending, site: endSite(token, actor, by) },
    actor,
  );
}

export function tellEnded(story: Story, token: Token, actor: Actor, by: Caller): void {
  story.tell({ ...story.of(actor), type: 'session.ended', by, site: endSite(token, actor, by) }, actor);
}

function enderOf(args: Arguments): Caller {
  if (args.flag('close')) return 'close';
  return args.flag('helper') ? 'helper' : 'user';
}

/** A helper ends its session at the place where it was called. */
function endSite(token: Token, actor: Actor, by: Caller): Site | undefined {
  return by === 'helper' ? actor.record.startSite : siteOf(token);
}

const ending: Word = (story, token, args) =>
  tellEnding(story, token, story.actor(token), enderOf(args), args.flag('outside'));

const ended: Word = (story, token, args) => tellEnded(story, token, story.actor(token), enderOf(args));

const end: Word = (story, token, args) => {
  const actor = story.actor(token);
  const by = enderOf(args);
  tellEnding(story, token, actor, by, args.flag('outside'));
  tellEnded(story, token, actor, by);
};

const keep: Word = (story, token) => {
  const actor = story.actor(token);
  story.tell({ ...story.of(actor), type: 'session.kept' }, actor);
};

const left: Word = (story, token) => {
  const actor = story.actor(token);
  story.tell({ ...story.of(actor), type: 'session.left' }, actor);
};

const advance: Word = (story, token) => {
  const actor = story.actor(token);
  story.tell({ ...story.of(actor), type: 'session.advanced' }, actor);
};

const drainExceeded: Word = (story, token, args) => {
  const actor = story.actor(token);
  const afterMS = args.duration(args.required('the limit (5s)'));
  const pending = story.pending(actor, 'outside');
  story.tell({ ...story.of(actor), type: 'drain.exceeded', pending, afterMS }, actor);
};

export const sessionWords: Words = {
  start,
  ending,
  ended,
  end,
  keep,
  left,
  advance,
  'drain-exceeded': drainExceeded,
};
