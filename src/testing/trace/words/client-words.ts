import { describe } from '../../../guard/rules/engine/describe.ts';
import type { OperationKind } from '../../../guard/events/events.ts';
import type { Arguments } from '../arguments.ts';
import type { Story } from '../story.ts';
import type { Token } from '../tokens.ts';
import { describeOperation } from './describe-operation.ts';
import { emitEnded, emitEnding } from './session-words.ts';
import { scopesOf, type Word, type Words } from './word.ts';

/** These are represented by the operations that they consist of, or that they are a part of. */
const parts: ReadonlySet<OperationKind> = new Set(['runner', 'batch']);

/** The operations in flight on the sessions of a client that matter for its close. */
function inFlight(story: Story, client: number): string[] {
  const commands: string[] = [];
  for (const { record } of story.actorsOf(client)) {
    for (const operation of record.openOperations.values()) {
      if (!operation.quiet && !parts.has(operation.kind)) commands.push(describe(operation));
    }
  }
  return commands;
}

function emitClosing(story: Story, token: Token, args: Arguments, client: number): void {
  const implicit = args.number('implicit') ?? 0;
  const callbacks = args.number('callbacks') ?? 0;
  const fromInside = args.flag('from-inside');
  const scopes = scopesOf(args);
  const rest = implicit === 0 ? [] : [implicit === 1 ? 'an operation' : `${implicit} operations`];
  const operations = [...inFlight(story, client), ...rest];
  const base = story.base(token, client);
  if (base.site !== undefined) story.closeSites.set(client, base.site);
  story.emit({ ...base, type: 'client.closing', work: { operations, callbacks, fromInside }, scopes });
}

const closingClient: Word = (story, token, args) =>
  emitClosing(story, token, args, args.number('client') ?? 1);

/** Without `cut-off` all work has finished in time. */
const closedClient: Word = (story, token, args) => {
  const client = args.number('client') ?? 1;
  const after = args.value('after');
  const cutOff = args.flag('cut-off') ? inFlight(story, client) : [];
  const afterMS = after === undefined ? 0 : args.duration(after);
  story.emit({ ...story.base(token, client), type: 'client.closed', cutOff, afterMS });
};

/** The driver ends the open sessions. */
const closeClient: Word = (story, token, args) => {
  const client = args.number('client') ?? 1;
  emitClosing(story, token, args, client);
  for (const actor of story.actorsOf(client)) {
    emitEnding(story, token, actor, 'close', true);
    emitEnded(story, token, actor, 'close');
  }
  story.emit({ ...story.base(token, client), type: 'client.closed', cutOff: [], afterMS: 0 });
};

const useAfterClose: Word = (story, token, args) => {
  const client = args.number('client') ?? 1;
  const operation = story.newOperation(describeOperation(token, args, undefined));
  const closeSite = story.closeSites.get(client);
  story.emit({
    ...story.base(token, client),
    site: undefined,
    type: 'client.usedAfterClose',
    operation,
    closeSite,
  });
};

const wait: Word = (story, _token, args) => {
  story.now += args.duration(args.required('a time (60s)'));
};

/** The guard's ticker: it checks every client that has open sessions. */
const tick: Word = (story, token, args) => {
  const client = args.number('client') ?? 1;
  story.emit({ ...story.base(token, client), site: undefined, type: 'clock.ticked' });
};

/** The guard notices that its process got no processor time for this long. */
const starve: Word = (story, token, args) => {
  const client = args.number('client') ?? 1;
  const forMS = args.duration(args.required('a time (3s)'));
  story.now += forMS;
  story.starvedMS += forMS;
  const { starvedMS } = story;
  story.emit({ ...story.base(token, client), site: undefined, type: 'clock.ticked', starvedMS });
};

const leave: Word = (story, token, args) => {
  const scope = args.number('scope') ?? 1;
  const newest = args.number('newest') ?? scope;
  story.emit({ ...story.base(token, 0), site: undefined, type: 'scope.left', scope, newest });
};

export const clientWords: Words = {
  'closing-client': closingClient,
  'closed-client': closedClient,
  'close-client': closeClient,
  'use-after-close': useAfterClose,
  wait,
  tick,
  starve,
  leave,
};
