import type { ClientSession, MongoClient } from 'mongodb';

/** Starts to read, and waits until the reader is where the cut finds it. */
type Begin = (session?: ClientSession) => Promise<void>;

/** Takes a promise that is not awaited before the reader goes on. */
type Later = (promise: Promise<unknown>) => void;

/** Ends a session, a transaction or a client under its reader. */
export type Cut = (client: MongoClient, begin: Begin, later: Later) => Promise<unknown>;

async function reading(client: MongoClient, begin: Begin): Promise<ClientSession> {
  const session = client.startSession();
  await begin(session);
  return session;
}

async function inTransaction(client: MongoClient, begin: Begin): Promise<ClientSession> {
  const session = client.startSession();
  session.startTransaction();
  await begin(session);
  return session;
}

export const ends = {
  endSession: async (client, begin) => (await reading(client, begin)).endSession(),
  'endSession, not awaited': async (client, begin, later) =>
    later((await reading(client, begin)).endSession()),
  'withSession returns': (client, begin) => client.withSession(begin),
} satisfies Readonly<Record<string, Cut>>;

export const endsOfTransactions = {
  commitTransaction: async (client, begin) => (await inTransaction(client, begin)).commitTransaction(),
  'commitTransaction, not awaited': async (client, begin, later) =>
    later((await inTransaction(client, begin)).commitTransaction()),
  abortTransaction: async (client, begin) => (await inTransaction(client, begin)).abortTransaction(),
  'withTransaction returns': (client, begin) => {
    const session = client.startSession();
    return session.withTransaction(() => begin(session));
  },
} satisfies Readonly<Record<string, Cut>>;

export const closes = {
  close: async (client, begin) => {
    await reading(client, begin);
    await client.close();
  },
  'close, not awaited': async (client, begin, later) => {
    await reading(client, begin);
    later(client.close());
  },
  'close without a session': async (client, begin) => {
    await begin();
    await client.close();
  },
} satisfies Readonly<Record<string, Cut>>;
