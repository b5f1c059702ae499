import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MongoStore } from 'connect-mongo';
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { served } from '../../support/served.ts';
import {
  ExpressSessionStore,
  fromConnectMongo,
  fromConnectRedis,
  type MigrateFrom,
} from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, type SessionStore, sessionStore } from '../../../src/store/index.ts';
import { redisUrl, replicaSetUri } from '../../setup/servers.ts';
import { Browser } from './support/browser.ts';
import { raceCount } from '../../support/race-count.ts';
import { races } from './support/ground.ts';

interface Old {
  readonly store: session.Store;
  readonly migrateFrom: MigrateFrom;
  close(): Promise<void>;
}

const until = new Date(Date.now() + 3_600_000);
const userOf = (data: { user?: string }) => data.user;

const peers: Readonly<Record<string, () => Promise<Old>>> = {
  async 'connect-redis'() {
    const client = createClient({ url: await redisUrl() });
    client.on('error', () => {});
    await client.connect();
    const prefix = `old_${randomBytes(6).toString('hex')}:`;
    return {
      store: new RedisStore({ client, prefix }),
      migrateFrom: fromConnectRedis(client, { prefix, until }),
      close: async () => client.destroy(),
    };
  },
  async 'connect-mongo'() {
    const client = new MongoClient(replicaSetUri());
    const dbName = `old_${randomBytes(6).toString('hex')}`;
    const close = async () => {
      await client.db(dbName).dropDatabase();
      await client.close();
    };
    return {
      store: MongoStore.create({ clientPromise: client.connect(), dbName }),
      migrateFrom: fromConnectMongo(client.db(dbName).collection<{ _id: string }>('sessions'), { until }),
      close,
    };
  },
};

const secret = 'a secret of the tests';

describe.each(Object.keys(peers))('from %s', peer => {
  let old: Old;
  beforeAll(async () => {
    const opened = await peers[peer]?.();
    if (opened === undefined) throw new Error(`there is no '${peer}'`);
    old = opened;
  });
  afterAll(() => old.close());
  const oldOf = () => old;
  staying(oldOf);
  meeting(oldOf);
  ending(oldOf);
});

async function movedOver(old: Old) {
  const sessions = sessionStore<object>(memoryBackend(), {
    keys: { tag: [randomBytes(32)] },
    timeoutMS: 60_000,
  });
  const store = new ExpressSessionStore(sessions, {
    userOf: userOf as never,
    migrateFrom: old.migrateFrom,
  });
  const [before, after] = [await serve(old.store), await serve(store, sessions)];
  return { before, after, sessions, store };
}

function staying(oldOf: () => Old): void {
  test('a user who is logged in stays logged in, with the same id, and later writes are kept', async () => {
    const { before, after, sessions } = await movedOver(oldOf());
    const user = `user-${randomBytes(4).toString('hex')}`;
    const browser = new Browser(before);
    await browser.get(`/log-in?user=${user}`);
    const moved = new Browser(after, browser.cookie);
    expect((await moved.get('/visit')).body).toEqual({ user, visits: 1 });
    expect((await moved.get('/visit')).body).toEqual({ user, visits: 2 });
    expect(await sessions.list(user)).toHaveLength(1);
  });

  test('a log-out with the old store ends it in the new one, and the other way round', async () => {
    const { before, after } = await movedOver(oldOf());
    for (const [first, then] of [
      [before, after],
      [after, before],
    ] as const) {
      const browser = new Browser(before);
      await browser.get('/log-in?user=anna');
      const moved = new Browser(after, browser.cookie);
      expect((await moved.tab().get('/visit')).body).toMatchObject({ user: 'anna' });
      await new Browser(first, browser.cookie).get('/log-out');
      expect((await new Browser(then, browser.cookie).get('/visit')).body).toEqual({ visits: 1 });
    }
  });

  test('a session that a log-out everywhere or by handle has ended is not copied again', async () => {
    const { before, after, sessions } = await movedOver(oldOf());
    for (const end of [
      async (user: string) => void (await sessions.destroyAll(user)),
      async (user: string) => {
        const [only] = await sessions.list(user);
        await sessions.destroyByHandle(user, only?.handle ?? '');
      },
    ]) {
      const user = `user-${randomBytes(4).toString('hex')}`;
      const browser = new Browser(before);
      await browser.get(`/log-in?user=${user}`);
      await new Browser(after, browser.cookie).get('/visit');
      await end(user);
      expect((await new Browser(after, browser.cookie).get('/visit')).body).toEqual({ visits: 1 });
      expect((await new Browser(before, browser.cookie).get('/visit')).body).toEqual({ visits: 1 });
    }
  });
}

function meeting(oldOf: () => Old): void {
  test('a user who was logged out everywhere before a session was copied is also logged out in the old store at the next use', async () => {
    const { before, after, sessions } = await movedOver(oldOf());
    const user = `user-${randomBytes(4).toString('hex')}`;
    const browser = new Browser(before);
    await browser.get(`/log-in?user=${user}`);
    await sessions.destroyAll(user);
    expect((await new Browser(before, browser.cookie).get('/visit')).body).toMatchObject({ user });
    expect((await new Browser(after, browser.cookie).get('/visit')).body).toEqual({ visits: 1 });
    expect((await new Browser(before, browser.cookie).get('/visit')).body).toEqual({ visits: 1 });
  });

  test('of many requests that come at once with a session to be brought over, each finds it', async () => {
    const { before, after } = await movedOver(oldOf());
    const browser = new Browser(before);
    await browser.get('/log-in?user=anna');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => new Browser(after, browser.cookie).get('/visit')),
    );
    expect(answers.filter(({ body }) => (body as { user?: string }).user !== 'anna')).toEqual([]);
  });
}

function ending(oldOf: () => Old): void {
  test('a session that is copied during its destroy is not alive', async () => {
    const old = oldOf();
    const { store } = await movedOver(old);
    const get = promisify(store.get.bind(store)) as (id: string) => Promise<unknown>;
    const destroy = promisify<string>(store.destroy.bind(store));
    const data = { cookie: { originalMaxAge: null }, user: 'anna' } as unknown as session.SessionData;
    const alive: string[] = [];
    await races(raceCount(50), async () => {
      const id = `race-${randomBytes(6).toString('hex')}`;
      await promisify(old.store.set.bind(old.store) as (i: string, d: object, c: () => void) => void)(
        id,
        data,
      );
      const reading = get(id);
      await setTimeout(Math.random() * 3);
      await Promise.all([reading, get(id), destroy(id)]);
      if (await get(id)) alive.push(id);
    });
    expect(alive).toEqual([]);
  });
}

const of = (req: express.Request) => req.session as unknown as Record<string, unknown>;

async function serve(store: session.Store, sessions?: SessionStore<object>): Promise<string> {
  const app = express();
  app.use(session({ store, secret, resave: false, saveUninitialized: false }));
  app.get('/log-in', (req, res) => {
    of(req)['user'] = req.query['user'];
    res.json(null);
  });
  app.get('/visit', (req, res) => {
    of(req)['visits'] = Number(of(req)['visits'] ?? 0) + 1;
    res.json({ user: of(req)['user'], visits: of(req)['visits'] });
  });
  app.get('/log-out', (req, res, next) => {
    req.session.destroy(error => (error ? next(error) : res.json(sessions === undefined)));
  });
  return served(app);
}
