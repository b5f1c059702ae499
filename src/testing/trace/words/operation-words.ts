import type { ErrorSummary, Operation } from '../../../guard/events/events.ts';
import type { Arguments } from '../arguments.ts';
import type { Actor, Story } from '../story.ts';
import { type Token, tokenError } from '../tokens.ts';
import { describeError } from './describe-error.ts';
import { describeOperation } from './describe-operation.ts';
import type { Word, Words } from './word.ts';

/** Starts an operation and gives it its name. */
export function emitBegin(
  story: Story,
  actor: Actor,
  operation: Omit<Operation, 'id' | 'at'>,
  flags: { readonly foreign: boolean; readonly attemptOver: boolean } = {
    foreign: false,
    attemptOver: false,
  },
): Operation {
  const begun = story.newOperation(operation);
  story.emit({ ...story.of(actor), type: 'operation.requested', operation: begun, ...flags }, actor);
  return begun;
}

export function emitSettle(story: Story, actor: Actor, operation: Operation, error?: ErrorSummary): void {
  const event = { ...story.of(actor), ...settled(actor, operation) };
  story.emit(error === undefined ? event : { ...event, error }, actor);
}

function settled(actor: Actor, operation: Operation) {
  const sentAt = actor.sent.get(operation);
  const event = { type: 'operation.settled', operation: operation.id } as const;
  return sentAt === undefined ? event : { ...event, sentAt };
}

/** The operation that a token's first argument names. */
export function operationNamed(actor: Actor, token: Token, args: Arguments): Operation {
  const name = args.required('the name of an operation');
  const operation = actor.operations.get(name);
  if (operation === undefined) throw tokenError(token, `no operation '${name}' was begun on this session.`);
  return operation;
}

/** A failed operation, and its error. */
export function failureNamed(
  { events }: Story,
  actor: Actor,
  token: Token,
  name: string,
): { readonly operation: Operation; readonly error: ErrorSummary } {
  const operation = actor.operations.get(name);
  const answer = events.find(
    event => event.type === 'operation.settled' && event.operation === operation?.id,
  );
  const error = answer?.type === 'operation.settled' ? answer.error : undefined;
  if (operation === undefined || error === undefined)
    throw tokenError(token, `no operation '${name}' has failed on this session.`);
  return { operation, error };
}

function beginNamed(story: Story, token: Token, args: Arguments): Operation {
  const actor = story.actor(token);
  const name = args.required('the name of the operation');
  const flags = { foreign: args.flag('foreign'), attemptOver: args.flag('attempt-over') };
  const operation = emitBegin(story, actor, describeOperation(token, args, actor), flags);
  actor.operations.set(name, operation);
  return operation;
}

const begin: Word = (story, token, args) => {
  beginNamed(story, token, args);
};

const run: Word = (story, token, args) => {
  const operation = beginNamed(story, token, args);
  story.now += 1;
  emitSettle(story, story.actor(token), operation);
};

/** Its turn has come: until now it waited in the queue of its transaction. */
const sent: Word = (story, token, args) => {
  const actor = story.actor(token);
  actor.sent.set(operationNamed(actor, token, args), story.now);
};

const settle: Word = (story, token, args) => {
  const actor = story.actor(token);
  emitSettle(story, actor, operationNamed(actor, token, args));
};

const fail: Word = (story, token, args) => {
  const actor = story.actor(token);
  const operation = operationNamed(actor, token, args);
  const standalone = args.flag('standalone');
  const error = describeError(args);
  const event = { ...story.of(actor), ...settled(actor, operation), error };
  story.emit(standalone ? { ...event, standalone } : event, actor);
};

/** Comes before the failure: the documents of the conflict, and whether an outer transaction holds them. */
const conflict: Word = (story, token, args) => {
  const actor = story.actor(token);
  const operation = operationNamed(actor, token, args);
  const documents = args.number('documents');
  const name = args.value('holder');
  const outer = name === undefined ? undefined : story.named(name, token).record;
  const holder = outer && (outer.transaction?.site ?? {});
  const event = { type: 'operation.conflicted', operation, documents, holder } as const;
  story.emit({ ...story.of(actor), ...event, holderSession: outer?.id }, actor);
};

const escape: Word = (story, token, args) => {
  const actor = story.actor(token);
  const sessionless = args.flag('sessionless');
  const stage = args.flag('$merge') ? '$merge' : args.flag('$out') ? '$out' : undefined;
  const operation = story.newOperation(describeOperation(token, args, undefined));
  const event = { ...story.of(actor), type: 'operation.escaped', operation } as const;
  if (stage !== undefined) return story.emit({ ...event, stage }, actor);
  story.emit(sessionless ? { ...event, sessionless } : event, actor);
};

const open: Word = (story, token, args) => {
  const actor = story.actor(token);
  const operation = operationNamed(actor, token, args);
  const tail = args.flag('change-stream')
    ? 'change stream'
    : args.flag('tailable')
      ? 'tailable cursor'
      : undefined;
  const event = {
    ...story.of(actor),
    type: 'cursor.opened',
    cursor: String(operation.id),
    operation,
  } as const;
  story.emit(tail === undefined ? event : { ...event, tail }, actor);
};

const close: Word = (story, token, args) => {
  const actor = story.actor(token);
  const cursor = String(operationNamed(actor, token, args).id);
  story.emit({ ...story.of(actor), type: 'cursor.closed', cursor }, actor);
};

export const operationWords: Words = { begin, sent, run, settle, fail, conflict, escape, open, close };
