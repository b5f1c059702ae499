import type { ClientSession } from 'mongoose';
import { failCommand } from '../../support/fail-point.ts';
import { transientError } from '../../support/transient-error.ts';
import type { MongooseFixture } from './mongoose-fixture.ts';

export type Callback = (session: ClientSession) => Promise<void>;
export type Runner = (fixture: MongooseFixture, callback: Callback) => Promise<unknown>;

export async function withTransaction({ connection }: MongooseFixture, callback: Callback): Promise<void> {
  const session = await connection.startSession();
  try {
    await session.withTransaction(callback);
  } finally {
    await session.endSession();
  }
}

/** Everything that runs a callback in a transaction, and runs it again. */
export const runners = {
  withTxn: ({ manager }, callback) => manager.withTxn(session => callback(session as never)),
  'session.withTransaction': withTransaction,
  'connection.transaction': ({ connection }, callback) => connection.transaction(callback),
} satisfies Readonly<Record<string, Runner>>;

/** Throws what the server answers when another transaction has won, in the first `failures` attempts. */
export function conflictIn({ lib }: MongooseFixture, failures = 1): () => void {
  let attempts = 0;
  return () => {
    attempts += 1;
    if (attempts <= failures) throw transientError({ lib: lib.mongo });
  };
}

/** The server refuses the next commit of this application with an error that asks for another attempt. */
export async function refuseCommit({ connection, appName }: MongooseFixture): Promise<void> {
  await failCommand(
    connection.getClient(),
    appName,
    { times: 1 },
    { failCommands: ['commitTransaction'], errorCode: 251 },
  );
}

export async function storedIn({ Item }: MongooseFixture) {
  return Item.find().sort({ _id: 1 }).lean<{ _id: string; n?: number; friend?: string }[]>();
}
