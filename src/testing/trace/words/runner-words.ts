import type { ErrorSummary, Operation } from '../../../guard/events/events.ts';
import { isTransient } from '../../../guard/events/server-codes.ts';
import { type Actor, type Runner, siteOf, type Story } from '../story.ts';
import { type Token, tokenError } from '../tokens.ts';
import { describeError } from './describe-error.ts';
import { failureNamed, emitBegin, emitSettle } from './operation-words.ts';
import type { Word, Words } from './word.ts';

const runner: Word = (story, token) => {
  const actor = story.actor(token);
  const site = siteOf(token);
  const described = {
    command: 'withTransaction',
    kind: 'runner',
    inTransaction: false,
    quiet: false,
    site,
  } as const;
  actor.runner = {
    operation: emitBegin(story, actor, described),
    phase: 'loop',
    attempts: 0,
    outer: actor.runner,
  };
};

function runnerOf(actor: Actor, token: Token): Runner {
  if (actor.runner === undefined) throw tokenError(token, 'no runner is running on this session.');
  return actor.runner;
}

/** With what a callback was rejected. */
interface Rejection {
  readonly error: ErrorSummary;
  readonly errorOf: Operation | undefined;
  readonly linked: boolean | undefined;
}

function emitReturn(story: Story, token: Token, actor: Actor, rejection?: Rejection): void {
  const running = runnerOf(actor, token);
  const pending = story.pending(actor, 'inside');
  const { site } = running.operation;
  story.emit({ ...story.of(actor), type: 'callback.returned', pending, ...rejection, site }, actor);
  running.phase = 'loop';
}

const returns: Word = (story, token) => emitReturn(story, token, story.actor(token));

const own: ErrorSummary = { name: 'Error', labels: [], reachedServer: false };

/** `rejects(a)`: with the error of operation a; `rejects(own)`: with a new error of the user. */
const rejects: Word = (story, token, args) => {
  const actor = story.actor(token);
  const name = args.required("the name of a failed operation, or 'own',");
  const said = args.flag('linked');
  const isHit = hasTransientError(story, actor);
  if (said && !isHit) throw tokenError(token, 'no operation of the transaction has a transient error.');
  const linked = (isLinked: boolean) => (isHit ? isLinked : undefined);
  if (name === 'own') {
    const error = args.isDone ? own : describeError(args);
    return emitReturn(story, token, actor, { error, errorOf: undefined, linked: linked(said) });
  }
  const { operation, error } = failureNamed(story, actor, token, name);
  const ofAttempt = linked(said || isTransient(error));
  return emitReturn(story, token, actor, { error, errorOf: operation, linked: ofAttempt });
};

/** True if an operation of the current attempt was rejected with a transient error, whatever came after it. */
function hasTransientError({ events }: Story, { record: { id } }: Actor): boolean {
  const begun = new Set<number>();
  const since = events.findLastIndex(event => event.type === 'transaction.started' && event.session === id);
  for (const event of events.slice(since)) {
    if (!('session' in event) || event.session !== id) continue;
    if (event.type === 'operation.requested' && event.operation.inTransaction) begun.add(event.operation.id);
    if (event.type !== 'operation.settled' || !begun.has(event.operation)) continue;
    if (event.error?.reachedServer === true && isTransient(event.error)) return true;
  }
  return false;
}

const runnerDone: Word = (story, token) => {
  const actor = story.actor(token);
  emitSettle(story, actor, runnerOf(actor, token).operation);
  actor.runner = actor.runner?.outer;
};

const runnerFailed: Word = (story, token, args) => {
  const actor = story.actor(token);
  emitSettle(story, actor, runnerOf(actor, token).operation, describeError(args));
  actor.runner = actor.runner?.outer;
};

export const runnerWords: Words = {
  runner,
  'callback-returns': returns,
  'callback-rejects': rejects,
  'runner-done': runnerDone,
  'runner-failed': runnerFailed,
};
