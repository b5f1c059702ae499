import type { MongoClient } from 'mongodb';
import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { type App, observedApp } from '../support/observed.ts';
import { withFullPool } from '../support/full-pool.ts';
import { onEachDriver } from '../support/on-each-driver.ts';

const misuse = misusesIn(import.meta.filename);

/** A query that takes this long at the server, since nothing is indexed. */
function slow(ms: number) {
  return { _id: '1', $where: `sleep(${ms}) || true` };
}

const itemsOf = (client: MongoClient, { db }: App) =>
  client.db(db).collection<{ _id: string; $where?: string }>('items');

type Query = (client: MongoClient, app: App) => Promise<unknown>;

// The last of three in turn waits for four times the limit: of the time in which the process does not run, little counts.
// A place is reported once over the whole process: each driver has a line of its own.
const queries: Readonly<Record<Driver['name'], Query>> = {
  'driver 7': async (client, app) => {
    await itemsOf(client, app).findOne(slow(1000)); // misuse: slow, driver 7
  },
  'driver 6': async (client, app) => {
    await itemsOf(client, app).findOne(slow(1000)); // misuse: slow, driver 6
  },
};

onEachDriver(
  'queries that wait long for each other are found, at the line of one that waited',
  async driver => {
    const app = await observedApp(driver, undefined, { hearsSlowness: true });
    const client = await withFullPool(app.open({ minPoolSize: 5, maxPoolSize: 5 }), 5);
    await Promise.all(Array.from({ length: 15 }, () => queries[driver.name](client, app)));
    expect(foundIn(app.findings)).toEqual([misuse('pool-exhausted', `slow, ${driver.name}`)]);
    const [found] = app.findings;
    expect(found).toMatchObject({ data: { size: 5, holders: `5 × find on ${app.db}.items` } });
    expect(found?.data['waitedMS']).toBeGreaterThanOrEqual(500);
  },
);

const timeouts: typeof queries = {
  'driver 7': async (client, app) => {
    await itemsOf(client, app).insertOne({ _id: '3' }); // misuse: times out, driver 7
  },
  'driver 6': async (client, app) => {
    await itemsOf(client, app).insertOne({ _id: '3' }); // misuse: times out, driver 6
  },
};

onEachDriver(
  'a checkout that times out is found, with the operations that hold the connections',
  async driver => {
    const app = await observedApp(driver, undefined, { hearsSlowness: true });
    const options = { minPoolSize: 5, maxPoolSize: 5, waitQueueTimeoutMS: 400, monitorCommands: true };
    const client = await withFullPool(app.open(options), 5);
    let onTheWire = 0;
    client.on('commandStarted', () => (onTheWire += 1));
    const holding = client.withSession(async session => {
      await Promise.all(
        Array.from({ length: 5 }, () => itemsOf(client, app).findOne(slow(3000), { session })),
      );
    });
    await expect.poll(() => onTheWire, { interval: 2 }).toBe(5);
    await expect(timeouts[driver.name](client, app)).rejects.toMatchObject({
      name: 'MongoWaitQueueTimeoutError',
    });
    await holding;
    expect(foundIn(app.findings)).toEqual([misuse('pool-exhausted', `times out, ${driver.name}`)]);
    expect(app.findings[0]).toMatchObject({ messageId: 'timedOut' });
    expect(app.findings[0]?.data['holders']).toMatch(
      new RegExp(`^5 × find on ${app.db}.items \\(at .*pool-exhausted.test.ts:\\d+:\\d+\\)$`),
    );
  },
);

onEachDriver('a burst at the start, while connections are still opened, gives nothing', async driver => {
  const app = await observedApp(driver, undefined, { hearsSlowness: true });
  const client = app.open();
  await Promise.all(Array.from({ length: 300 }, () => itemsOf(client, app).findOne()));
  expect(app.findings).toEqual([]);
});

onEachDriver('a wait below `waitMS` gives nothing', async driver => {
  const { guarded, findings } = await fixture(driver, {
    client: { maxPoolSize: 5 },
    guard: { rules: { 'pool-exhausted': ['warn', { waitMS: 60_000 }] } },
  });
  await guarded.items.insertOne({ _id: '1' });
  await Promise.all(Array.from({ length: 10 }, () => guarded.items.find(slow(60)).toArray()));
  expect(findings).toEqual([]);
});

onEachDriver('long queries in a pool with room for them give nothing', async driver => {
  const app = await observedApp(driver, undefined, { hearsSlowness: true });
  const client = app.open({ maxPoolSize: 8 });
  await Promise.all(Array.from({ length: 8 }, () => itemsOf(client, app).findOne(slow(600))));
  expect(app.findings).toEqual([]);
});

onEachDriver("a long wait of the program itself is not the pool's", async driver => {
  const app = await observedApp(driver, undefined, { hearsSlowness: true });
  const client = await app.open({ maxPoolSize: 5 }).connect();
  const reads = Array.from({ length: 12 }, () => itemsOf(client, app).findOne());
  await Promise.resolve();
  const until = performance.now() + 700;
  setImmediate(() => {
    while (performance.now() < until);
  });
  await Promise.all(reads);
  expect(app.findings).toEqual([]);
});

onEachDriver('change streams that hold all connections are named', async driver => {
  const { guarded, appName, findings } = await fixture(driver, {
    client: { maxPoolSize: 2 },
    guard: { rules: { 'pool-exhausted': 'warn' } },
  });
  const { items } = guarded;
  await items.insertOne({ _id: 'a' });
  // Longer than the rule allows, also where the second stream is late.
  const options = { maxAwaitTimeMS: 4000 };
  const streams = [items.watch([], options), items.watch([], options)];
  const heard = streams.map(stream => stream.on('change', () => undefined));
  const asked = () => guarded.sent.filter(({ name }) => name === 'getMore').length;
  await expect.poll(asked, { interval: 2 }).toBeGreaterThanOrEqual(2);
  await items.findOne({ _id: 'a' });
  await Promise.all(heard.map(stream => stream.close()));
  const found = findings.filter(({ rule }) => rule === 'pool-exhausted');
  // On a slow machine the second stream may have waited for the first, too.
  expect(found.map(({ data }) => data['holders'])).toContain(`2 × change stream on ${appName}.guarded`);
});
