import { once } from 'node:events';
import http from 'node:http';
import { Inject, Module } from '@nestjs/common';
import { getConnectionToken, getModelToken, MongooseModule } from '@nestjs/mongoose';
import { Test } from '@nestjs/testing';
import { type Connection, type Model, Schema } from 'mongoose';
import { expect, onTestFinished, test } from 'vitest';
import { type Finding, gracefulStop } from '../../src/index.ts';
import {
  SessionGuardModule,
  type SessionGuardModuleOptions,
  type SessionGuardMongooseOptions,
  Transactional,
} from '../../src/services/nest/index.ts';
import { ask } from './support/ask.ts';
import { startNestShop } from './support/nest-shop.ts';
import { shopUri } from './support/shop.ts';

test('`@Transactional` commits, rolls back, and joins the outer method', async () => {
  const { mongo, orders, url } = await startNestShop();
  const agent = new http.Agent();
  expect((await ask(`${url}/orders/good`, agent, 'POST')).body).toBe('good');
  expect((await ask(`${url}/orders/declined`, agent, 'POST')).body).toBe('Error: card declined');
  expect(await orders.all.distinct('_id')).toEqual(['good']);
  expect(await mongo.db().collection('bills').distinct('_id')).toEqual(['good']);
  expect(mongo.stats()).toMatchObject({ transactionsCommitted: 1, transactionsAborted: 1 });
});

test('a finding has the id, the method and the route of the request', async () => {
  const { mongo, url } = await startNestShop();
  const found = once(mongo, 'finding');
  await ask(`${url}/orders/7/left`, new http.Agent());
  const [finding]: Finding[] = await found;
  expect(finding?.context).toMatchObject({ id: 'request-1', method: 'GET', route: '/orders/:id/left' });
});

test('`gracefulStop` closes the application, and the module its manager', async () => {
  const { app, mongo, url } = await startNestShop();
  const agent = new http.Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  await ask(`${url}/orders/good`, agent, 'POST');
  const stop = gracefulStop(app, mongo, { signals: [], idleMS: 0, graceMS: 600_000 });
  expect(await stop()).toMatchObject({ cut: [], code: 0 });
  expect(await mongo.health()).toMatchObject({ live: false });
});

test('mongoose takes part without a session', async () => {
  interface Item {
    _id: string;
  }
  class Shop {
    readonly items: Model<Item>;

    constructor(items: Model<Item>) {
      this.items = items;
    }

    async add(ids: readonly string[]) {
      for (const id of ids) await this.items.create({ _id: id });
      if (ids.includes('broken')) throw new Error('broken');
    }
  }
  Inject(getModelToken('Item'))(Shop, undefined, 0);
  Transactional()(Shop);
  class AppModule {
    readonly name = 'shop';
  }
  Module({
    imports: [
      MongooseModule.forRoot(shopUri()),
      MongooseModule.forFeature([{ name: 'Item', schema: new Schema<Item>({ _id: String }) }]),
      SessionGuardModule.forMongoose({ console: false }),
    ],
    providers: [Shop],
  })(AppModule);
  const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  await app.init();
  onTestFinished(async () => {
    const connection: Connection = app.get(getConnectionToken());
    await connection.dropDatabase();
    await app.close();
  });
  const items: Model<Item> = app.get(getModelToken('Item'));
  // In the background mongoose creates the collection, too.
  await items.init();
  const shop = app.get(Shop);
  await shop.add(['tea']);
  await expect(shop.add(['cups', 'broken'])).rejects.toThrow('broken');
  expect(await items.distinct('_id')).toEqual(['tea']);
});

test('a class that Nest has not made says what is missing', async () => {
  class Alone {
    async work() {
      return 1;
    }
  }
  Transactional()(Alone);
  await expect(new Alone().work()).rejects.toThrow('Import SessionGuardModule.forRoot()');
});

test.each([
  { requests: { ids: () => 1 }, says: "has no option 'ids'" },
  { requests: { leftOpen: 'close' }, says: "must be 'report' or 'end'" },
  { requests: 'all', says: 'must be an object' },
])('`requests: $requests` is refused where the module is imported', ({ requests, says }) => {
  const given = { uri: shopUri(), requests } as unknown as SessionGuardModuleOptions;
  expect(() => SessionGuardModule.forRoot(given)).toThrow(says);
  const ofMongoose = { requests } as unknown as SessionGuardMongooseOptions;
  expect(() => SessionGuardModule.forMongoose(ofMongoose)).toThrow(says);
});
