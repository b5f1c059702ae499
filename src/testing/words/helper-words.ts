import type { ErrorSummary, Operation } from '../../session/events.ts';
import { type Actor, type Helper, siteOf, type Story } from '../story.ts';
import { type Token, tokenError } from '../tokens.ts';
import { describeError } from './describe-error.ts';
import { tellBegin, tellSettle } from './operation-words.ts';
import type { Word, Words } from './word.ts';

const helper: Word = (story, token) => {
  const actor = story.actor(token);
  const site = siteOf(token);
  const described = {
    command: 'withTransaction',
    kind: 'helper',
    inTransaction: false,
    quiet: false,
    site,
  } as const;
  actor.helper = { operation: tellBegin(story, actor, described), phase: 'loop' };
};

function helperOf(actor: Actor, token: Token): Helper {
  if (actor.helper === undefined) throw tokenError(token, 'no helper is running on this session.');
  return actor.helper;
}

const retried: Word = (story, token, args) => {
  const actor = story.actor(token);
  helperOf(actor, token);
  const attempt = args.number('attempt') ?? 2;
  story.tell({ ...story.of(actor), type: 'transaction.retried', attempt }, actor);
};

function tellReturn(
  story: Story,
  token: Token,
  actor: Actor,
  error?: ErrorSummary,
  errorOf?: Operation,
  linked?: boolean,
): void {
  const running = helperOf(actor, token);
  const pending = story.pending(actor, 'inside');
  const { site } = running.operation;
  story.tell({ ...story.of(actor), type: 'callback.returned', pending, error, errorOf, linked, site }, actor);
  running.phase = 'loop';
}

const returns: Word = (story, token) => tellReturn(story, token, story.actor(token));

const own: ErrorSummary = { name: 'Error', labels: [], reachedServer: false };

/** `rejects(a)`: with the error that operation a failed with; `rejects(own)`: with one of the user's own making. */
const rejects: Word = (story, token, args) => {
  const actor = story.actor(token);
  const name = args.required("the name of a failed operation, or 'own',");
  if (name === 'own') {
    const linked = args.flag('linked');
    return tellReturn(story, token, actor, own, undefined, linked);
  }
  const operation = actor.operations.get(name);
  const error = operation && failureOf(story, operation);
  if (error === undefined) throw tokenError(token, `no operation '${name}' has failed on this session.`);
  return tellReturn(story, token, actor, error, operation);
};

function failureOf({ events }: Story, { id }: Operation): ErrorSummary | undefined {
  for (const event of events)
    if (event.type === 'operation.settled' && event.operation === id) return event.error;
  return undefined;
}

const helperDone: Word = (story, token) => {
  const actor = story.actor(token);
  tellSettle(story, actor, helperOf(actor, token).operation);
  actor.helper = undefined;
};

const helperFailed: Word = (story, token, args) => {
  const actor = story.actor(token);
  tellSettle(story, actor, helperOf(actor, token).operation, describeError(args));
  actor.helper = undefined;
};

export const helperWords: Words = {
  helper,
  retried,
  'callback-returns': returns,
  'callback-rejects': rejects,
  'helper-done': helperDone,
  'helper-failed': helperFailed,
};
