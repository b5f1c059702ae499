import type { Collection, CommandStartedEvent, Document, MongoClient } from 'mongodb';
import { failureOf } from './outcome.ts';

export interface Item {
  readonly _id: string;
  readonly n?: number;
  readonly seen?: boolean;
}

/** A client with a collection of its own, and the commands that it has sent. A program takes one and runs on it. */
export interface Side {
  readonly client: MongoClient;
  readonly items: Collection<Item>;
  /** Commands of the program, in the order of the wire; handshakes and monitoring are not among them. */
  readonly sent: readonly Sent[];
  /** What is written, as another client sees it. */
  readonly ids: () => Promise<readonly string[]>;
}

export interface Sent {
  readonly name: string;
  readonly lsid: string;
  readonly inTransaction: boolean;
  readonly command: Document;
}

export async function sideOf(
  client: MongoClient,
  reader: MongoClient,
  db: string,
  name: string,
): Promise<Side> {
  const sent: Sent[] = [];
  client.on('commandStarted', event => sent.push(sentOf(event)));
  await reader.db(db).createCollection(name);
  const committed = reader.db(db).collection<Item>(name, { readConcern: { level: 'majority' } });
  return {
    client,
    items: client.db(db).collection<Item>(name),
    sent,
    ids: async () => (await committed.find().sort({ _id: 1 }).toArray()).map(({ _id: id }) => id),
  };
}

function sentOf({ commandName, command }: CommandStartedEvent): Sent {
  const id: unknown = command['lsid']?.id;
  const lsid = id === undefined ? '' : String(id);
  return { name: commandName, lsid, inTransaction: command['autocommit'] === false, command };
}

/** Until the next command of this name leaves the client; asked for before it does. */
export function leaving({ client }: Pick<Side, 'client'>, name: string): Promise<void> {
  return new Promise(resolve => {
    const hear = ({ commandName }: CommandStartedEvent) => {
      if (commandName !== name) return;
      client.off('commandStarted', hear);
      resolve();
    };
    client.on('commandStarted', hear);
  });
}

/** Closes a client whose program may have left anything behind. */
export async function closeQuietly(client: { close(): Promise<unknown> }): Promise<void> {
  await failureOf(client.close());
}
