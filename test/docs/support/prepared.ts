import { MongoClient } from 'mongodb';
import { ConnectionManager } from '../../../src/index.ts';
import type { Names } from './compile.ts';

/** What `docs/README.md` says of the variables and documents that every example starts with. */
export interface Prepared {
  readonly mongo: ConnectionManager;
  readonly database: string;
  readonly names: Names;
}

type Document = Readonly<Record<string, unknown>>;

const documents: Readonly<Record<string, readonly Document[]>> = {
  users: ['user-1', 'user-2', 'user-3'].map(_id => ({ _id, orders: 0 })),
  accounts: ['account-1', 'account-2'].map(_id => ({ _id, balance: 100 })),
  stock: ['tea', 'coffee', 'cups'].map(_id => ({ _id, left: 10 })),
  orders: Array.from({ length: 12 }, (_, n) => ({
    _id: `order-${n + 1}`,
    sku: 'tea',
    quantity: 1,
    status: 'open',
  })),
};

/** What programs write to inside a transaction: one that also made its collection could be refused by the server now and then. */
const written = ['attempts', 'audit', 'imported', 'ledger', 'reports'];

let databases = 0;

/** A manager on a fresh database, with a few documents in the collections that the program names: each one takes its time. */
export async function prepare(
  server: string,
  { protect, code }: { readonly protect: boolean; readonly code: string },
): Promise<Prepared> {
  databases += 1;
  const uri = withDatabase(server, `docs_${process.pid}_${databases}`);
  // Adopted, so that a program which makes a manager of its own has the first one for this server.
  const mongo = ConnectionManager.adopt(new MongoClient(uri), { protect });
  const { client } = mongo;
  const db = mongo.db();
  await db.dropDatabase();
  // The model `Order` of mongoose has the collection `orders`.
  const isNamed = (name: string) => code.toLowerCase().includes(name.replace(/s$/, ''));
  await Promise.all(written.filter(isNamed).map(name => db.createCollection(name)));
  const collections: Record<string, unknown> = {};
  for (const [name, contents] of Object.entries(documents)) {
    collections[name] = db.collection(name);
    if (isNamed(name)) await db.collection<Document>(name).insertMany(contents);
  }
  return { mongo, database: db.databaseName, names: { mongo, client, db, uri, ...collections } };
}

function withDatabase(server: string, name: string): string {
  const uri = new URL(server);
  uri.pathname = `/${name}`;
  return uri.href;
}
