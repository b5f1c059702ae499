import { randomBytes } from 'node:crypto';
import type { Collection, CommandStartedEvent, MongoClient, MongoClientOptions } from 'mongodb';
import { onTestFinished } from 'vitest';
import { type SessionStore, sessionStore, type SessionStoreOptions } from '../../../../src/store/index.ts';
import { mongoBackend, type MongoBackendOptions } from '../../../../src/store/mongodb/index.ts';
import { type Driver, drivers } from '../../../real/support/drivers.ts';
import { closeQuietly } from '../../../real/support/side.ts';
import { replicaSetUri } from '../../../setup/servers.ts';

export type Data = Record<string, unknown>;

export interface Sessions {
  readonly store: SessionStore<Data>;
  readonly client: MongoClient;
  readonly collection: Collection;
  /** The commands that the store has sent since it was set up; handshakes and monitoring are not among them. */
  readonly sent: CommandStartedEvent[];
}

export interface SessionsOptions {
  readonly driver?: Driver;
  readonly uri?: string;
  readonly client?: MongoClientOptions;
  readonly store?: Partial<SessionStoreOptions>;
  readonly backend?: MongoBackendOptions;
}

/** A store in a collection of its own that is set up; both are gone when the test is over. */
export async function sessionsOn(options: SessionsOptions = {}): Promise<Sessions> {
  const { driver = drivers[0], uri = replicaSetUri() } = options;
  if (driver === undefined) throw new Error('there is no driver');
  const client = new driver.lib.MongoClient(uri, { monitorCommands: true, ...options.client });
  const collection = collectionOf(client);
  const store = storeOn(collection, options);
  await store.setUp();
  const sent: CommandStartedEvent[] = [];
  client.on('commandStarted', event => {
    if (event.commandName !== 'endSessions') sent.push(event);
  });
  return { store, client, collection, sent };
}

export const userKeySecret = randomBytes(32);

export function storeOn(
  collection: Collection,
  { store, backend }: Pick<SessionsOptions, 'store' | 'backend'> = {},
): SessionStore<Data> {
  // All the time that a busy machine takes.
  const usual = { keys: { tag: [userKeySecret] }, timeoutMS: 60_000 };
  return sessionStore<Data>(mongoBackend(collection, backend), { ...usual, ...store });
}

/** In a database of its own, which is dropped when the test is over; then the client is closed. */
export function collectionOf(client: MongoClient): Collection {
  const db = client.db(`store_${randomBytes(6).toString('hex')}`);
  onTestFinished(async () => {
    await db.dropDatabase().catch(() => undefined);
    await closeQuietly(client);
  });
  return db.collection('sessions');
}
