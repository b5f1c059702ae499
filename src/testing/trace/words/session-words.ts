import type {
  Caller,
  DocumentChanges,
  Operation,
  SessionStarted,
  Site,
} from '../../../guard/events/events.ts';
import type { Arguments } from '../arguments.ts';
import { type Actor, siteOf, type Story } from '../story.ts';
import { type Token, tokenError } from '../tokens.ts';
import { scopesOf, type Word, type Words } from './word.ts';

const start: Word = (story, token, args) => {
  const by = args.flag('runner') ? 'runner' : 'user';
  const client = args.number('client') ?? 1;
  const scopes = scopesOf(args);
  const asks = askedFor(args);
  const base = story.base(token, client);
  const started = { ...base, type: 'session.started', by, scope: scopes?.[0] } as const;
  const historyUnknown = args.flag('history-unknown') || undefined;
  const isPlain = scopes === undefined && asks === undefined && historyUnknown === undefined;
  story.open(token.session ?? 's1', isPlain ? started : { ...started, scopes, asks, historyUnknown });
};

function askedFor(args: Arguments): SessionStarted['asks'] {
  if (args.flag('snapshot')) return 'snapshot';
  return args.flag('causal') ? 'causal consistency' : undefined;
}

/** @param around the operation in which the end is called */
export function emitEnding(
  story: Story,
  token: Token,
  actor: Actor,
  by: Caller,
  outside: boolean,
  around?: Operation,
): void {
  const inside = actor.runner?.phase === 'callback' && !outside;
  // A runner that ends its session while it runs was stopped, and waits for nothing.
  const isCutOff = by === 'close' || (by === 'runner' && actor.runner !== undefined);
  const open = isCutOff ? [] : story.pending(actor, outside ? 'outside' : 'inside');
  const pending = open.filter(operation => operation !== around);
  story.emit(
    { ...story.of(actor), type: 'session.ending', by, inside, pending, site: endSite(token, actor, by) },
    actor,
  );
}

export function emitEnded(story: Story, token: Token, actor: Actor, by: Caller): void {
  story.emit({ ...story.of(actor), type: 'session.ended', by, site: endSite(token, actor, by) }, actor);
}

function enderOf(args: Arguments): Caller {
  if (args.flag('close')) return 'close';
  return args.flag('runner') ? 'runner' : 'user';
}

/** A runner ends its session at the place where the runner was called. */
function endSite(token: Token, actor: Actor, by: Caller): Site | undefined {
  return by === 'runner' ? actor.record.startSite : siteOf(token);
}

const ending: Word = (story, token, args) => {
  const actor = story.actor(token);
  emitEnding(story, token, actor, enderOf(args), args.flag('outside'), aroundIn(actor, token, args));
};

/** `in=a`: called in the callback of the joined `withTxn` a. */
function aroundIn({ operations }: Actor, token: Token, args: Arguments): Operation | undefined {
  const name = args.value('in');
  if (name === undefined) return undefined;
  const operation = operations.get(name);
  if (operation === undefined) throw tokenError(token, `no operation '${name}' was begun on this session.`);
  return operation;
}

const ended: Word = (story, token, args) => emitEnded(story, token, story.actor(token), enderOf(args));

const end: Word = (story, token, args) => {
  const actor = story.actor(token);
  const by = enderOf(args);
  emitEnding(story, token, actor, by, args.flag('outside'), aroundIn(actor, token, args));
  emitEnded(story, token, actor, by);
};

const keep: Word = (story, token) => {
  const actor = story.actor(token);
  story.emit({ ...story.of(actor), type: 'session.kept' }, actor);
};

const left: Word = (story, token, args) => {
  const actor = story.actor(token);
  const event = { ...story.of(actor), type: 'session.left' } as const;
  story.emit(args.flag('request') ? { ...event, of: 'request' } : event, actor);
};

const advance: Word = (story, token) => {
  const actor = story.actor(token);
  story.emit({ ...story.of(actor), type: 'session.advanced' }, actor);
};

const drainExceeded: Word = (story, token, args) => {
  const actor = story.actor(token);
  const afterMS = args.duration(args.required('the limit (5s)'));
  const runner = args.flag('runner') ? actor.runner?.operation : undefined;
  // A commit or an abort does not wait for itself; the end of a session waits for it.
  const own = actor.record.phase === 'ending' ? [] : actor.endings.map(({ operation }) => operation);
  const pending = story
    .pending(actor, 'outside')
    .filter(operation => operation !== runner && !own.includes(operation));
  story.emit({ ...story.of(actor), type: 'drain.exceeded', pending, afterMS }, actor);
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

function changesIn(text: string | undefined): DocumentChanges {
  const names = text === undefined ? [] : text.split(',');
  const paths = names.filter(name => name !== 'insert' && name !== 'delete');
  return { inserted: names.includes('insert'), deleted: names.includes('delete'), paths };
}

const save: Word = (story, token, args) => {
  const actor = story.actor(token);
  const number = args.required('the number of a document');
  if (!/^\d+$/.test(number)) throw tokenError(token, `a document is a number, not '${number}'.`);
  const sends = changesIn(args.value('sends'));
  const leavesOut = changesIn(args.value('leaves'));
  const site = siteOf(token);
  const what = { document: Number(number), model: 'Order', sends, leavesOut, site };
  story.emit({ ...story.of(actor), type: 'document.saved', ...what }, actor);
};

export const documentWords: Words = { save };
