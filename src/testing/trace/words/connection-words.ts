import type {
  ClientConfig,
  ClientUse,
  Operation,
  PoolHolders,
  RetryLabel,
} from '../../../guard/events/events.ts';
import type { Arguments } from '../arguments.ts';
import type { MadeClient, Story } from '../story.ts';
import { type Token, tokenError } from '../tokens.ts';
import { scopesOf, type Word, type Words } from './word.ts';

const options = [
  'socketTimeoutMS',
  'serverSelectionTimeoutMS',
  'waitQueueTimeoutMS',
  'maxPoolSize',
  'minPoolSize',
  'maxIdleTimeMS',
] as const;

const defaults: ClientConfig = {
  socketTimeoutMS: 0,
  serverSelectionTimeoutMS: 30_000,
  waitQueueTimeoutMS: 0,
  maxPoolSize: 100,
  minPoolSize: 0,
  maxIdleTimeMS: 0,
  retryWrites: true,
};

function configIn(args: Arguments): ClientConfig {
  const set = options.map(name => [name, args.number(name) ?? defaults[name]]);
  return { ...defaults, ...Object.fromEntries(set), retryWrites: !args.flag('no-retry-writes') };
}

function clientIn(args: Arguments): number {
  return args.number('client') ?? 1;
}

function madeClient(story: Story, token: Token, client: number): MadeClient {
  const made = story.clients.get(client);
  if (made === undefined) throw tokenError(token, `client ${client} has not connected.`);
  return made;
}

function emitConnecting(story: Story, token: Token, args: Arguments, client: number): void {
  const scopes = scopesOf(args);
  const base = story.base(token, client);
  const made: MadeClient = { config: configIn(args), madeAt: base.site, sessionTimeoutMinutes: 30 };
  story.clients.set(client, made);
  story.emit({
    ...base,
    type: 'client.connecting',
    madeAtMS: story.now,
    deploymentKey: args.number('deployment') ?? 1,
    scopes,
    underTest: args.flag('under-test'),
    config: made.config,
  });
}

function emitConnected(story: Story, token: Token, args: Arguments, client: number): void {
  const made = madeClient(story, token, client);
  made.sessionTimeoutMinutes = args.number('session-minutes') ?? made.sessionTimeoutMinutes;
  const { sessionTimeoutMinutes } = made;
  story.emit({
    ...story.base(token, client),
    site: undefined,
    type: 'client.connected',
    sessionTimeoutMinutes,
  });
}

const connecting: Word = (story, token, args) => emitConnecting(story, token, args, clientIn(args));

const connected: Word = (story, token, args) => emitConnected(story, token, args, clientIn(args));

const connect: Word = (story, token, args) => {
  const client = clientIn(args);
  emitConnecting(story, token, args, client);
  story.now += 1;
  emitConnected(story, token, args, client);
};

const uses: Readonly<Record<string, ClientUse>> = {
  operation: 'operation',
  query: 'query',
  write: 'retryable write',
  reopening: 'reopened connection',
};

const use: Word = (story, token, args) => {
  const client = clientIn(args);
  const name = args.required(`the use (${Object.keys(uses).join(', ')})`);
  const known = uses[name];
  if (known === undefined) throw tokenError(token, `there is no use '${name}' of a client.`);
  const made = madeClient(story, token, client);
  story.emit({ ...story.base(token, client), type: 'client.used', use: known, ...made });
};

/** The open operations of the client's sessions hold connections. */
function holders(story: Story, args: Arguments, client: number): PoolHolders {
  const operations: Operation[] = [];
  for (const { record } of story.actorsOf(client)) operations.push(...record.openOperations.values());
  const streams = args.number('streams') ?? 0;
  const implicit = Array.from({ length: streams }, () => 'change stream on shop.orders');
  return { operations, implicit, others: args.number('others') ?? 0 };
}

const poolWaited: Word = (story, token, args) => {
  const client = clientIn(args);
  const { config, madeAt } = madeClient(story, token, client);
  story.emit({
    ...story.base(token, client),
    type: 'pool.waited',
    waitedMS: args.duration(args.required('the time (700ms)')),
    timedOut: args.flag('timed-out'),
    waiting: args.number('waiting') ?? 0,
    holders: holders(story, args, client),
    config,
    madeAt,
  });
};

const labels: Readonly<Record<string, RetryLabel>> = {
  transaction: 'TransientTransactionError',
  write: 'RetryableWriteError',
};

const unlabelled: Word = (story, token, args) => {
  const client = clientIn(args);
  const label = labels[args.required(`the kind (${Object.keys(labels).join(', ')})`)];
  if (label === undefined) throw tokenError(token, `the kinds are ${Object.keys(labels).join(' and ')}.`);
  madeClient(story, token, client);
  story.emit({ ...story.base(token, client), type: 'network.unlabelled', label, added: args.flag('added') });
};

export const connectionWords: Words = {
  connecting,
  connected,
  connect,
  use,
  'pool-waited': poolWaited,
  unlabelled,
};
