import { MongoError, type MongoClientOptions } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';
import type { ConnectionManager, Finding } from '../../../src/index.ts';
import { type Driver, drivers } from '../support/drivers.ts';
import { closeQuietly } from '../support/side.ts';
import { silenceWarnings } from '../support/silent-warnings.ts';
import { letWordsGo } from '../support/words/hold-words.ts';

letWordsGo();

silenceWarnings();

const workers = 16;

let unlabelled = 0;
const findings: Finding[] = [];

/** How long an election takes is the machine's affair; a client waits for it longer than any. */
const whateverItTakes = {
  'long-transaction': ['warn', { warnAfterMS: 600_000 }],
  'retry-storm': ['warn', { afterMS: 600_000 }],
  'config-server-selection': 'off',
} as const;
const waits: MongoClientOptions = { writeConcern: { w: 'majority' }, serverSelectionTimeoutMS: 120_000 };

/** One client, with workers that insert documents until they are stopped, and what they were answered. */
class Writers {
  readonly acknowledged = new Set<string>();
  readonly rejected: unknown[] = [];
  readonly findings: Finding[] = [];
  readonly manager: ConnectionManager;
  readonly #name: string;
  #stopped = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(driver: Driver, uri: string, name: string, protect: boolean, client: MongoClientOptions = {}) {
    this.#name = name;
    this.manager = driver.manage(
      uri,
      { ...waits, ...client },
      {
        protect,
        console: false,
        rules: whateverItTakes,
        onFinding: finding => void this.findings.push(finding),
      },
    );
    onTestFinished(() => closeQuietly(this.manager));
  }

  start(): void {
    const all = Array.from({ length: workers }, (_, worker) => [
      this.#work(worker, false),
      this.#work(worker, true),
    ]);
    this.#running = Promise.all(all.flat());
  }

  /** Waits until each worker may have written once more. */
  async more(): Promise<void> {
    const enough = this.acknowledged.size + 4 * workers;
    await expect.poll(() => this.acknowledged.size, { timeout: 120_000 }).toBeGreaterThan(enough);
  }

  stop(): Promise<unknown> {
    this.#stopped = true;
    return this.#running;
  }

  async #work(worker: number, inTransaction: boolean): Promise<void> {
    const rows = this.manager.db('failover').collection<{ _id: string }>('rows');
    for (let round = 0; !this.#stopped; round += 1) {
      const id = `${this.#name} ${inTransaction ? 'transaction' : 'insert'} ${worker} ${round}`;
      try {
        if (inTransaction)
          await this.manager.client.withSession(session =>
            session.withTransaction(() => rows.insertOne({ _id: id }, { session })),
          );
        else await rows.insertOne({ _id: id });
        this.acknowledged.add(id);
      } catch (error) {
        this.rejected.push(error);
      }
    }
  }
}

/**
 * Members that are starved for two seconds would have one election after the other, and what fails twice is not sent a third
 * time.
 */
async function electSlowly({ manager }: Writers): Promise<void> {
  const admin = manager.db('admin');
  const { config } = await admin.command({ replSetGetConfig: 1 });
  const settings = { ...config.settings, electionTimeoutMillis: 10_000 };
  await admin.command({ replSetReconfig: { ...config, version: config.version + 1, settings } });
}

async function killPrimary(
  set: Awaited<ReturnType<typeof startReplicaSet>>,
  { manager }: Writers,
): Promise<void> {
  const { primary } = await manager.db('admin').command({ hello: 1 });
  await set.members.find(({ port }) => port === Number(String(primary).split(':')[1]))?.kill();
}

function labelsOf(error: unknown): readonly string[] {
  return error instanceof Error && 'errorLabels' in error && Array.isArray(error.errorLabels)
    ? error.errorLabels
    : [];
}

describe.each(drivers)('on $name', driver => {
  test('when the primary dies, no caller of a protected client sees it, and nothing acknowledged is lost', async () => {
    const set = await startReplicaSet({ members: 3 });
    onTestFinished(() => set.stop());
    const { uri } = set;
    const guarded = new Writers(driver, uri, 'guarded', true);
    const observed = new Writers(driver, uri, 'observed', false);
    const noRetry = new Writers(driver, uri, 'no retry', true, { retryWrites: false });
    const all = [guarded, observed, noRetry];
    await electSlowly(guarded);
    await guarded.manager.db('failover').createCollection('rows');
    for (const writers of all) writers.start();
    await Promise.all(all.map(writers => writers.more()));
    await killPrimary(set, guarded);
    await Promise.all(all.map(writers => writers.more()));
    await Promise.all(all.map(writers => writers.stop()));

    expect(guarded.rejected).toEqual([]);
    expect(guarded.manager.stats().networkErrorsLabelled).toBeGreaterThan(0);
    expect(guarded.findings).toEqual([]);
    const stored = new Set(
      (await guarded.manager.db('failover').collection('rows').find().toArray()).map(({ _id }) =>
        String(_id),
      ),
    );
    for (const { acknowledged } of all) expect([...acknowledged].filter(id => !stored.has(id))).toEqual([]);

    // Nothing is sent again where retries are off.
    const offered = noRetry.rejected.filter(error => labelsOf(error).includes('RetryableWriteError'));
    expect(offered).toEqual([]);
    expect(
      noRetry.rejected.every(error => error instanceof MongoError || error instanceof driver.lib.MongoError),
    ).toBe(true);

    // Only observed, the driver answers as it does alone, and one finding in the process says what that means.
    unlabelled += observed.rejected.filter(error => labelsOf(error).length === 0).length;
    findings.push(...observed.findings.filter(({ rule }) => rule === 'unlabelled-network-error'));
    expect(findings.length).toBe(unlabelled > 0 ? 1 : 0);
  });
});
