import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../support/faults/cluster.ts';
import { faults, type Scene } from '../support/faults/faults.ts';
import { Random } from '../support/faults/random.ts';
import { Workers } from '../support/faults/workers.ts';
import { seedOfRun } from '../../support/seed.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { closeQuietly } from '../support/side.ts';
import { silenceWarnings } from '../support/silent-warnings.ts';
import { letWordsGo } from '../support/words/hold-words.ts';

letWordsGo();

silenceWarnings();

/** How many calls the workers make under each fault, at least; `npm run soak:faults` sets it to thousands. */
const calls = Number(process.env['SESSION_GUARD_TEST_FAULTS'] ?? 60);

const seed = seedOfRun();
let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start();
}, 120_000);
afterAll(() => cluster?.stop());

interface Run {
  readonly strike: (scene: Scene) => Promise<void>;
  readonly uri?: string;
}

/** Workers run while the fault strikes, again and again until there are enough calls; then everything is counted. */
async function survive({ strike, uri }: Run): Promise<void> {
  const random = new Random(seed);
  const workers = new Workers(cluster, random, {}, uri);
  onTestFinished(() => closeQuietly(workers.manager));
  await workers.start();
  await workers.more(20);
  const { appName, acknowledged } = workers;
  const scene = { cluster, random, appName, more: (count: number) => workers.more(count) };
  do await strike(scene);
  while (acknowledged.size < calls);
  await workers.stop();

  expect(await workers.wrong()).toEqual([]);
  expect(workers.rejected).toEqual([]);
  expect(workers.notFound).toEqual([]);
  expect(workers.findings.map(({ rule }) => rule).filter(rule => !slow.has(rule))).toEqual([]);
  await workers.manager.close();
  // A member hears a little later that a connection was closed.
  await expect.poll(() => workers.left(), { timeout: 120_000 }).toEqual(nothing);
}

/** True of what a fault makes slow, and of accounts that two transfers want at once. */
const slow: ReadonlySet<string> = new Set(['long-transaction', 'retry-storm']);

const nothing = { sessionsOpen: 0, operationsInFlight: 0, callbacksRunning: 0, connections: 0 };

const limitMS = 300_000 + calls * 1000;

describe(`seed ${seed}: no caller sees it, nothing is lost, nothing is written twice, nothing is left`, () => {
  test.each(faults)(
    '$name',
    async ({ strike }) => {
      await cluster.healed();
      await survive({ strike });
    },
    limitMS,
  );

  test(
    'a network that is slow, loses packets, and breaks',
    async () => {
      await cluster.healed();
      const proxy = await startTcpProxy((await cluster.primary()).port);
      onTestFinished(() => proxy.close());
      const strike = async ({ more }: Scene) => {
        await proxy.setMode({ delayMS: 30 });
        await more(20);
        await proxy.setMode('black-hole');
        // Those that were connected have lost what they sent, and find out when the network is back.
        await sleep(200);
        await proxy.setMode('pass');
        await more(20);
        await proxy.setMode('refuse');
        await proxy.setMode('pass');
        await more(20);
      };
      await survive({ strike, uri: `mongodb://${proxy.host}:${proxy.port}/?directConnection=true` });
    },
    limitMS,
  );
});
