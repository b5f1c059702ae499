import { randomBytes } from 'node:crypto';
import { ConnectionManager, type Finding, onFinding } from '../../../src/index.ts';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { onTestFinished, vi } from 'vitest';
import { replicaSetUri } from '../../setup/servers.ts';
import { isOfSlowness } from '../../support/patient-rules.ts';
import type { Driver } from './drivers.ts';
import { closeQuietly } from './side.ts';
import { silenceWarnings } from './silent-warnings.ts';

silenceWarnings();

/** An application of clients that nobody manages, with a database of its own. */
export interface App {
  readonly uri: string;
  readonly MongoClient: typeof MongoClient;
  readonly db: string;
  /** Of the whole process, in their order. */
  readonly findings: readonly Finding[];
  /** Made here, closed when the test is over. */
  readonly open: (options?: MongoClientOptions) => MongoClient;
}

/**
 * Runs as an application and not as a test: what `client-per-request` says under a test runner is nothing. Other than those of
 * a manager, findings of such clients are made once per place over the whole process.
 * @param options `hearsSlowness` for tests of the rules about it: it may be the fault of a machine that has other work
 */
export async function observedApp(
  driver: Driver,
  uri = replicaSetUri(),
  { hearsSlowness = false } = {},
): Promise<App> {
  const name = `real_${randomBytes(6).toString('hex')}`;
  const admin = new MongoClient(uri);
  const clients: MongoClient[] = [];
  const findings: Finding[] = [];
  // The first manager makes the copy of the driver observed.
  const first = ConnectionManager.adopt(new driver.lib.MongoClient(uri), { console: false });
  await admin
    .db(name)
    .collection<{ _id: string }>('items')
    .insertMany([{ _id: '1' }, { _id: '2' }]);
  for (const mark of ['VITEST', 'JEST_WORKER_ID', 'NODE_TEST_CONTEXT']) vi.stubEnv(mark, undefined);
  const off = onFinding(found => {
    if (hearsSlowness || !isOfSlowness(found)) findings.push(found);
  });
  onTestFinished(async () => {
    off();
    vi.unstubAllEnvs();
    await Promise.all([...clients, first].map(closeQuietly));
    await admin.db(name).dropDatabase();
    await admin.close();
  });
  const open: App['open'] = options => {
    // Clients of several tests are not of one application.
    const client = new driver.lib.MongoClient(uri, { appName: name, ...options });
    clients.push(client);
    return client;
  };
  return { uri, MongoClient: driver.lib.MongoClient, db: name, findings, open };
}
