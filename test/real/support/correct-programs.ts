import { randomBytes } from 'node:crypto';
import { type Collection, type Db, type Document, MongoClient, type MongoClientOptions } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { patientRules } from '../../support/patient-rules.ts';
import { drivers, type Driver } from './drivers.ts';
import { closeQuietly } from './side.ts';
import { listenForNoise } from './noise.ts';

/** In this order: a copy of the driver that nobody observes yet can only be had before the first manager is made. */
const modes = ['the driver alone', 'observed', 'protected'] as const;

type Mode = (typeof modes)[number];

export interface Row extends Document {
  readonly _id: string;
}

/** What a program finds when it starts. */
export interface Stage {
  readonly driver: Driver;
  readonly uri: string;
  /** The application's client, connected. */
  readonly client: MongoClient;
  /** A database of its own, dropped afterwards. */
  readonly db: Db;
  /** One more client of the application, guarded as the first one. Closed afterwards, unless the program has done so. */
  readonly open: (options?: MongoClientOptions) => MongoClient;
  /** Collections that exist. */
  readonly make: (name: string) => Promise<Collection<Row>>;
  /** A client for looking and for fail points, never part of the application. */
  readonly admin: MongoClient;
  readonly appName: string;
}

/** Looks suspicious and is right; its own expectations say what it must do, whoever watches. */
export type CorrectProgram = (stage: Stage) => Promise<unknown>;

/**
 * Runs each program on the driver alone, observed, and protected, on both drivers. Nothing may be heard of it: no finding,
 * no warning, no unhandled rejection; and what it expects of itself must hold each time.
 */
export function correctPrograms(
  programs: Readonly<Record<string, CorrectProgram>>,
  uri = replicaSetUri,
): void {
  let admin: MongoClient | undefined;
  const names: string[] = [];
  beforeAll(() => {
    admin = new MongoClient(uri());
  });
  afterAll(async () => {
    // Together: one drop after the other takes longer than all programs.
    await Promise.all(names.map(async name => admin?.db(name).dropDatabase()));
    await admin?.close();
  });

  describe.each(modes)('%s', mode => {
    describe.each(drivers)('$name', driver => {
      test.each(Object.entries(programs))('%s', async (_title, program) => {
        if (admin === undefined) throw new Error('there is no client to look with');
        const noise = listenForNoise();
        const { stage, close } = await setStage(driver, mode, uri(), admin);
        names.push(stage.appName);
        try {
          await program(stage);
        } finally {
          await close();
        }
        expect(await noise.heard()).toEqual([]);
      });
    });
  });
}

async function setStage(driver: Driver, mode: Mode, uri: string, admin: MongoClient) {
  const appName = `correct_${randomBytes(6).toString('hex')}`;
  const clients: MongoClient[] = [];
  const open: Stage['open'] = options => {
    const client = new driver.lib.MongoClient(uri, { appName, ...options });
    if (mode !== 'the driver alone')
      ConnectionManager.adopt(client, {
        console: false,
        protect: mode === 'protected',
        rules: patientRules(),
      });
    clients.push(client);
    return client;
  };
  const client = await open().connect();
  const db = client.db(appName);
  const make: Stage['make'] = async name => {
    await admin.db(appName).createCollection(name);
    return db.collection<Row>(name);
  };
  const close = () => Promise.all(clients.map(closeQuietly));
  return { stage: { driver, uri, client, db, open, make, admin, appName }, close };
}
