import type { RequestHandler } from 'express';
import type { ClientSession, Collection, Db, Document, MongoClient } from 'mongodb';

/** The source of the routes' client, sessions and transactions: the only difference between the two runs. */
export interface Host {
  readonly client: MongoClient;
  readonly db: Shop;
  startSession(): ClientSession;
  withTxn<T>(fn: (session: ClientSession) => Promise<T>): Promise<T>;
  /** Runs first in every request. */
  readonly middleware: RequestHandler;
  /** Closes the client; what was recorded is written then. */
  close(): Promise<void>;
}

export interface HostOptions {
  readonly uri: string;
  readonly dbName: string;
}

/** Ids are the caller's own strings. */
export type Doc = Document & { _id: string };

export type Shop = Omit<Db, 'collection'> & { collection(name: string): Collection<Doc> };
