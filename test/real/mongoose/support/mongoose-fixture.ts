import { randomBytes } from 'node:crypto';
import type { Connection, Model, Types } from 'mongoose';
import { onTestFinished } from 'vitest';
import { ConnectionManager, type Finding, type GuardOptions } from '../../../../src/index.ts';
import { replicaSetUri } from '../../../setup/servers.ts';
import { patientRules } from '../../../support/patient-rules.ts';
import type { Sent } from '../../support/side.ts';
import { failureOf } from '../../support/outcome.ts';
import { silenceWarnings } from '../../support/silent-warnings.ts';
import type { MongooseCopy, MongooseLib } from './mongooses.ts';

silenceWarnings();

export interface Thing {
  _id: string;
  n?: number;
  tags?: string[];
  friend?: Types.ObjectId | string;
  rival?: Types.ObjectId | string;
}

export interface MongooseFixture {
  readonly lib: MongooseLib;
  readonly connection: Connection;
  readonly manager: ConnectionManager;
  /** The name of the application, and of its database. */
  readonly appName: string;
  readonly Item: Model<Thing>;
  readonly findings: readonly Finding[];
  /** Commands of the program, in the order of the wire. */
  readonly sent: readonly Sent[];
  /** What is written, as another client sees it. */
  readonly ids: () => Promise<readonly string[]>;
}

/** A fresh connection of a mongoose of its own, adopted by a manager; both closed when the test is over. */
export async function mongooseFixture(
  { lib }: MongooseCopy,
  guard: GuardOptions = {},
  uri = replicaSetUri(),
): Promise<MongooseFixture> {
  const dbName = `mongoose_${randomBytes(6).toString('hex')}`;
  // An instance of its own, so that options of mongoose set by one test are not those of the next.
  const own: MongooseLib = new lib.Mongoose();
  const findings: Finding[] = [];
  const connection = await own
    .createConnection(uri, {
      dbName,
      appName: dbName,
      monitorCommands: true,
      serverSelectionTimeoutMS: 30_000,
    })
    .asPromise();
  const manager = ConnectionManager.adopt(connection, {
    console: false,
    onFinding: found => void findings.push(found),
    ...guard,
    rules: patientRules(guard.rules),
  });
  const Item = connection.model<Thing>('Item', itemSchema(own));
  await Item.init();
  await Item.createCollection();
  const sent = recorded(connection);
  const admin = await lib.createConnection(uri, { dbName }).asPromise();
  onTestFinished(async () => {
    await failureOf(manager.close());
    await admin.dropDatabase();
    await admin.close();
  });
  return { lib: own, connection, manager, appName: dbName, Item, findings, sent, ids: () => idsIn(admin) };
}

function itemSchema({ Schema }: MongooseLib) {
  return new Schema<Thing>({
    _id: String,
    n: Number,
    tags: [String],
    friend: { type: String, ref: 'Item' },
    rival: { type: String, ref: 'Item' },
  });
}

function recorded(connection: Connection): Sent[] {
  const sent: Sent[] = [];
  connection.getClient().on('commandStarted', ({ commandName: name, command }) => {
    const id: unknown = command['lsid']?.id;
    const lsid = id === undefined ? '' : String(id);
    sent.push({ name, lsid, inTransaction: command['autocommit'] === false, command });
  });
  return sent;
}

async function idsIn(admin: Connection): Promise<string[]> {
  const committed = admin.collection('items', { readConcern: { level: 'majority' } });
  const found = await committed.find().sort({ _id: 1 }).toArray();
  return found.map(({ _id: id }) => String(id));
}
