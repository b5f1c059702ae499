import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AbstractCursor, ChangeStream, ClientSession, MongoClient, Timestamp } from 'mongodb';

/** Three collections of six documents each: `items`, `capped`, and `watched` with the changes of their insertion. */
export interface Source {
  readonly client: MongoClient;
  readonly db: string;
  /** Before the first document of `watched`. */
  readonly since: Timestamp;
}

export const documents = 6;

/** Called for each document; what it gives is awaited by readers that can wait. */
export type Turn = (document?: unknown) => Promise<void>;

export type Read = (source: Source, session: ClientSession | undefined, turn: Turn) => Promise<unknown>;

async function iterate(cursor: AsyncIterable<unknown>, turn: Turn): Promise<void> {
  for await (const document of cursor) await turn(document);
}

async function pull(cursor: { next(): Promise<unknown> }, turn: Turn): Promise<void> {
  while ((await cursor.next()) !== null) await turn();
}

async function ask(
  cursor: { hasNext(): Promise<boolean>; next(): Promise<unknown> },
  turn: Turn,
): Promise<void> {
  while (await cursor.hasNext()) {
    await cursor.next();
    await turn();
  }
}

async function attempt(cursor: { tryNext(): Promise<unknown> }, turn: Turn): Promise<void> {
  for (let nothing = 0; nothing < 20; ) {
    if ((await cursor.tryNext()) === null) nothing += 1;
    else await turn();
  }
}

/** Many turns of the event loop, and not one long sleep: a machine that lets the process wait makes the time longer. */
async function severalTurns(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await sleep(10);
}

/** The cursor's `close` comes before the error that has closed it. */
function listen(stream: ChangeStream, turn: Turn): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on('change', () => void turn());
    stream.on('error', reject);
    stream.on('end', resolve);
    stream.on('close', () => void severalTurns().then(resolve));
  });
}

const batchSize = 2;
const waiting = { batchSize, maxAwaitTimeMS: 150 };
const withSession = (session: ClientSession | undefined) => (session === undefined ? {} : { session });

type Open<C> = (source: Source, session: ClientSession | undefined) => C;

const find: Open<AbstractCursor> = ({ client, db }, session) =>
  client
    .db(db)
    .collection('items')
    .find({}, { ...withSession(session), batchSize });

const aggregate: Open<AbstractCursor> = ({ client, db }, session) =>
  client
    .db(db)
    .collection('items')
    .aggregate([{ $match: {} }], { ...withSession(session), batchSize });

const tail: Open<AbstractCursor> = ({ client, db }, session) =>
  client
    .db(db)
    .collection('capped')
    .find({}, { ...withSession(session), ...waiting, tailable: true, awaitData: true });

const watch: Open<ChangeStream> = ({ client, db, since }, session) =>
  client
    .db(db)
    .collection('watched')
    .watch([], { ...withSession(session), ...waiting, startAtOperationTime: since });

function reading<C>(open: Open<C>, read: (cursor: C, turn: Turn) => Promise<unknown>): Read {
  return (source, session, turn) => read(open(source, session), turn);
}

/** What has read the first document by itself, and reads on in one call. */
function readingOn(
  open: Open<AbstractCursor>,
  read: (cursor: AbstractCursor, turn: Turn) => Promise<unknown>,
): Read {
  return reading(open, async (cursor, turn) => {
    await cursor.next();
    await turn();
    await read(cursor, turn);
  });
}

const toArray = async (cursor: AbstractCursor, turn: Turn) => {
  for (const document of await cursor.toArray()) await turn(document);
};

const tryNext = async (cursor: AbstractCursor, turn: Turn) => {
  while ((await cursor.tryNext()) !== null) await turn();
};

const onData = async (cursor: AbstractCursor, turn: Turn) => {
  const stream = cursor.stream().on('data', () => void turn());
  await finished(stream);
};

/** They come to an end by themselves, with six documents. */
export const ordinary: Readonly<Record<string, Read>> = {
  'find: for await': reading(find, iterate),
  'find: next': reading(find, pull),
  'find: hasNext': reading(find, ask),
  'find: tryNext': readingOn(find, tryNext),
  'find: toArray': readingOn(find, toArray),
  'find: forEach': readingOn(find, (cursor, turn) => cursor.forEach(() => void turn())),
  'find: stream': reading(find, (cursor, turn) => iterate(cursor.stream(), turn)),
  'find: stream, on data': readingOn(find, onData),
  'aggregate: for await': reading(aggregate, iterate),
  'aggregate: next': reading(aggregate, pull),
  'aggregate: hasNext': reading(aggregate, ask),
  'aggregate: toArray': readingOn(aggregate, toArray),
  'aggregate: forEach': readingOn(aggregate, (cursor, turn) => cursor.forEach(() => void turn())),
  'aggregate: stream': reading(aggregate, (cursor, turn) => iterate(cursor.stream(), turn)),
};

/** They wait for more without end. */
export const endless: Readonly<Record<string, Read>> = {
  'tail: for await': reading(tail, iterate),
  'tail: next': reading(tail, pull),
  'tail: hasNext': reading(tail, ask),
  'tail: tryNext': reading(tail, attempt),
  'tail: stream': reading(tail, (cursor, turn) => iterate(cursor.stream(), turn)),
  'watch: for await': reading(watch, iterate),
  'watch: next': reading(watch, pull),
  'watch: hasNext': reading(watch, ask),
  'watch: tryNext': reading(watch, attempt),
  'watch: stream': reading(watch, (cursor, turn) => iterate(cursor.stream(), turn)),
  'watch: on change': reading(watch, listen),
};
