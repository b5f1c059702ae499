import { silenceWarnings } from './silent-warnings.ts';
import { randomBytes } from 'node:crypto';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { onTestFinished } from 'vitest';
import type { ConnectionManager, Finding, GuardOptions } from '../../../src/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { patientRules } from '../../support/patient-rules.ts';
import type { Driver } from './drivers.ts';
import { closeQuietly, type Side, sideOf } from './side.ts';

silenceWarnings();

export interface FixtureOptions {
  readonly guard?: GuardOptions;
  readonly client?: MongoClientOptions;
  readonly uri?: string;
}

export interface Fixture {
  readonly driver: Driver;
  readonly manager: ConnectionManager;
  /** A client that nobody manages: what the driver does without us. */
  readonly plain: Side;
  /** The client of the manager. */
  readonly guarded: Side;
  /** What the manager has found, in order; each finding once. */
  readonly findings: readonly Finding[];
  /** A client for looking and for fail points, never part of what is tested. */
  readonly admin: MongoClient;
  /** The name that fail points of this test are for. */
  readonly appName: string;
}

/** Two fresh clients with a fresh collection each, one plain and one under a manager; closed when the test is over. */
export async function fixture(driver: Driver, options: FixtureOptions = {}): Promise<Fixture> {
  const { uri = replicaSetUri(), guard = {} } = options;
  const name = `real_${randomBytes(6).toString('hex')}`;
  const client: MongoClientOptions = { appName: name, monitorCommands: true, ...options.client };
  const findings: Finding[] = [];
  const admin = new MongoClient(uri);
  const plain = new driver.lib.MongoClient(uri, client);
  const manager = driver.manage(uri, client, {
    console: false,
    onFinding: found => void findings.push(found),
    ...guard,
    rules: patientRules(guard.rules),
  });
  onTestFinished(async () => {
    await Promise.all([closeQuietly(plain), closeQuietly(manager)]);
    await admin.db(name).dropDatabase();
    await admin.close();
  });
  return {
    driver,
    manager,
    plain: await sideOf(plain, admin, name, 'plain'),
    guarded: await sideOf(manager.client, admin, name, 'guarded'),
    findings,
    admin,
    appName: name,
  };
}
