import { setTimeout as sleep } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';
import { expect, vi } from 'vitest';
import { ConnectionManager, scope } from '../../../src/index.ts';
import { standaloneUri } from '../../setup/servers.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { type App, observedApp } from '../support/observed.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);

// A place is reported once over the whole process: each driver has a line of its own.
const makers = {
  'driver 7': (app: App) => new app.MongoClient(app.uri), // misuse: at once, each, driver 7
  'driver 6': (app: App) => new app.MongoClient(app.uri), // misuse: at once, each, driver 6
};

const racers = {
  'driver 7': (app: App) => new app.MongoClient(app.uri), // misuse: at once, driver 7
  'driver 6': (app: App) => new app.MongoClient(app.uri), // misuse: at once, driver 6
};

const perRequest = {
  'driver 7': (app: App) => new app.MongoClient(app.uri), // misuse: per request, driver 7
  'driver 6': (app: App) => new app.MongoClient(app.uri), // misuse: per request, driver 6
};

const leavers = {
  'driver 7': (app: App) => new app.MongoClient(app.uri), // misuse: left open, driver 7
  'driver 6': (app: App) => new app.MongoClient(app.uri), // misuse: left open, driver 6
};

async function find(client: MongoClient, { db }: App) {
  return client.db(db).collection('items').findOne();
}

onEachDriver('a client for each call is found when three calls run at once', async driver => {
  const app = await observedApp(driver);
  const third = gate();
  const handle = async (connected: () => void) => {
    const client = makers[driver.name](app);
    try {
      await find(client, app);
      connected();
      await third.opened;
    } finally {
      await client.close();
    }
  };
  const all: Promise<void>[] = [];
  for (let call = 0; call < 3; call += 1) {
    // A client that is made while another one connects is another finding.
    const connected = gate();
    all.push(handle(connected.open));
    await connected.opened;
  }
  third.open();
  await Promise.all(all);
  expect(foundIn(app.findings)).toEqual([misuse('client-per-request', `at once, each, ${driver.name}`)]);
  expect(app.findings[0]).toMatchObject({ data: { count: 3 } });
});

onEachDriver('clients that are never closed are found at the third', async driver => {
  const app = await observedApp(driver);
  const left: MongoClient[] = [];
  for (let call = 0; call < 4; call += 1) {
    const client = leavers[driver.name](app);
    left.push(client);
    await find(client, app);
  }
  expect(foundIn(app.findings)).toEqual([misuse('client-per-request', `left open, ${driver.name}`)]);
  await Promise.all(left.map(client => client.close()));
});

onEachDriver(
  'a script that makes one client after the other, each closed before the next, gives nothing',
  async driver => {
    const app = await observedApp(driver);
    for (let scenario = 0; scenario < 6; scenario += 1) {
      const client = new app.MongoClient(app.uri);
      await find(client, app);
      const closed = client.close();
      // Some close the last one while the next begins.
      if (scenario % 2 === 0) await closed;
    }
    expect(app.findings).toEqual([]);
  },
);

onEachDriver('a cache that fills late is found when two requests fill it at once', async driver => {
  const app = await observedApp(driver);
  const made: MongoClient[] = [];
  let cached: MongoClient | undefined;
  const clientOf = async () => {
    if (cached === undefined) {
      const client = racers[driver.name](app);
      made.push(client);
      cached = await client.connect();
    }
    return cached;
  };
  await Promise.all([1, 2].map(() => scope(async () => find(await clientOf(), app))));
  expect(foundIn(app.findings)).toEqual([misuse('client-per-request', `at once, ${driver.name}`)]);
  expect(app.findings[0]).toMatchObject({ messageId: 'atOnce', data: { count: 2 } });
  await Promise.all(made.map(client => client.close()));
});

onEachDriver(
  'a client that is made and closed in one request is found by the first request',
  async driver => {
    const app = await observedApp(driver);
    await scope(async () => {
      const client = await perRequest[driver.name](app).connect();
      await find(client, app);
      await client.close();
    });
    expect(foundIn(app.findings)).toEqual([misuse('client-per-request', `per request, ${driver.name}`)]);
    expect(app.findings[0]).toMatchObject({ messageId: 'closed', endedAt: { file: import.meta.filename } });
  },
);

onEachDriver('a manager for each call is found too', async driver => {
  const app = await observedApp(driver);
  const managers: ConnectionManager[] = [];
  for (let call = 0; call < 3; call += 1) {
    const manager = ConnectionManager.adopt(app.open(), { console: false });
    managers.push(manager);
    await find(manager.client, app);
  }
  await Promise.all(managers.map(manager => manager.close()));
  expect(app.findings).toHaveLength(1);
  expect(app.findings[0]).toMatchObject({ rule: 'client-per-request', messageId: 'many' });
});

onEachDriver('one client for all requests gives nothing', async driver => {
  const app = await observedApp(driver);
  const client = app.open();
  await Promise.all(Array.from({ length: 5 }, () => scope(() => find(client, app))));
  expect(app.findings).toEqual([]);
});

onEachDriver('a cache that keeps the promise gives nothing', async driver => {
  const app = await observedApp(driver);
  let cached: Promise<MongoClient> | undefined;
  const clientOf = () => (cached ??= app.open().connect());
  await Promise.all(Array.from({ length: 5 }, () => scope(async () => find(await clientOf(), app))));
  expect(app.findings).toEqual([]);
});

onEachDriver('clients with other options or another deployment give nothing', async driver => {
  const app = await observedApp(driver);
  const make = (uri: string, options?: object) => new app.MongoClient(uri, options);
  const clients = [
    make(app.uri),
    make(app.uri, { readPreference: 'secondaryPreferred' }),
    make(app.uri, { appName: 'jobs' }),
    make(standaloneUri()),
  ];
  for (const client of clients) await find(client, app);
  await Promise.all(clients.map(client => client.close()));
  expect(app.findings).toEqual([]);
});

onEachDriver(
  'clients of tenants with certificates of their own, of one length, give nothing',
  async driver => {
    const app = await observedApp(driver);
    for (const tenant of ['a', 'b', 'c', 'd']) {
      const client = new app.MongoClient(app.uri, { tls: false, cert: Buffer.from(`certificate ${tenant}`) });
      await find(client, app);
      await client.close();
    }
    expect(app.findings).toEqual([]);
  },
);

onEachDriver('a client that connects again and again gives nothing', async driver => {
  const app = await observedApp(driver);
  const client = app.open();
  for (let life = 0; life < 4; life += 1) {
    await client.connect();
    await find(client, app);
    await client.close();
  }
  expect(app.findings).toEqual([]);
});

onEachDriver('a program that tries until its server is there gives nothing', async driver => {
  const app = await observedApp(driver);
  const connect = async (uri: string) => {
    const client = new app.MongoClient(uri, { serverSelectionTimeoutMS: 20 });
    try {
      return await client.connect();
    } catch (error) {
      await client.close();
      throw error;
    }
  };
  for (let attempt = 0; attempt < 4; attempt += 1)
    expect(await failureOf(connect('mongodb://127.0.0.1:9/'))).toBeDefined();
  await sleep(1);
  expect(app.findings).toEqual([]);
});

onEachDriver(
  'a client of a module, that one request connects and closes, gives nothing of this rule',
  async driver => {
    const app = await observedApp(driver);
    const client = app.open();
    await scope(async () => {
      await client.connect();
      await find(client, app);
      await client.close();
    });
    expect(app.findings).toEqual([]);
  },
);

onEachDriver('under a test runner clients come and go as they please', async driver => {
  const app = await observedApp(driver);
  vi.stubEnv('VITEST', 'true');
  for (let one = 0; one < 4; one += 1) {
    await scope(async () => {
      const client = app.open();
      await find(client, app);
      await client.close();
    });
  }
  expect(app.findings).toEqual([]);
});
