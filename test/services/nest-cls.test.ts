import { once } from 'node:events';
import { Inject, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  ClsPluginTransactional,
  Transactional as ClsTransactional,
  TransactionHost,
} from '@nestjs-cls/transactional';
import { TransactionalAdapterMongoDB } from '@nestjs-cls/transactional-adapter-mongodb';
import { ClsModule } from 'nestjs-cls';
import { expect, onTestFinished, test } from 'vitest';
import { ConnectionManager, type Finding } from '../../src/index.ts';
import { SessionGuardModule, Transactional } from '../../src/services/nest/index.ts';
import { decorate } from './support/nest-shop.ts';
import { shopUri } from './support/shop.ts';

type Host = TransactionHost<TransactionalAdapterMongoDB>;

class Shop {
  readonly mongo: ConnectionManager;
  readonly host: Host;

  constructor(mongo: ConnectionManager, host: Host) {
    this.mongo = mongo;
    this.host = host;
  }

  /** A transaction of `@nestjs-cls/transactional`, whose session is handed down. */
  async placeByCls(id: string, fails = false) {
    const { tx: session } = this.host;
    if (session === undefined) throw new Error('This method has no transaction.');
    await this.#orders.insertOne({ _id: id }, { session });
    if (fails) throw new Error('card declined');
  }

  /** The session was forgotten. */
  async placeWithoutSession(id: string) {
    await this.#orders.insertOne({ _id: id });
  }

  /** One of ours, without a session. */
  async place(id: string, fails = false) {
    await this.#orders.insertOne({ _id: id });
    if (fails) throw new Error('card declined');
  }

  get #orders() {
    return this.mongo.db().collection<{ _id: string }>('orders');
  }
}
Inject(ConnectionManager)(Shop, undefined, 0);
Inject(TransactionHost)(Shop, undefined, 1);
decorate(Shop, 'placeByCls', [ClsTransactional()]);
decorate(Shop, 'placeWithoutSession', [ClsTransactional()]);
decorate(Shop, 'place', [Transactional()]);

const mongoClient = Symbol('the client for the adapter');

/** An application in which both kinds of transactions use the client of one manager. */
async function startShop() {
  const findings: Finding[] = [];
  class ClientModule {
    readonly name = 'client';
  }
  const client = {
    provide: mongoClient,
    useFactory: (manager: ConnectionManager) => manager.client,
    inject: [ConnectionManager],
  };
  Module({ providers: [client], exports: [mongoClient] })(ClientModule);
  class AppModule {
    readonly name = 'shop';
  }
  const uri = shopUri();
  const adapter = new TransactionalAdapterMongoDB({ mongoClientToken: mongoClient });
  Module({
    imports: [
      SessionGuardModule.forRoot({ uri, console: false, onFinding: found => void findings.push(found) }),
      ClsModule.forRoot({ plugins: [new ClsPluginTransactional({ imports: [ClientModule], adapter })] }),
    ],
    providers: [Shop],
  })(AppModule);
  const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  await app.init();
  onTestFinished(async () => {
    await app.get(ConnectionManager).db().dropDatabase();
    await app.close();
  });
  const mongo = app.get(ConnectionManager);
  await mongo.db().createCollection('orders');
  return { mongo, shop: app.get(Shop), findings };
}

test('the transactions of `@nestjs-cls/transactional` are guarded, like those of `@Transactional`', async () => {
  const { mongo, shop, findings } = await startShop();
  await Promise.all([shop.placeByCls('by cls'), shop.place('by guard'), shop.placeByCls('also by cls')]);
  await expect(shop.placeByCls('declined by cls', true)).rejects.toThrow('card declined');
  await expect(shop.place('declined', true)).rejects.toThrow('card declined');
  const stored = await mongo.db().collection('orders').distinct('_id');
  expect(stored).toEqual(['also by cls', 'by cls', 'by guard']);
  expect(mongo.stats()).toMatchObject({ transactionsCommitted: 3, transactionsAborted: 2, sessionsOpen: 0 });
  expect(findings).toEqual([]);
});

test('an operation that misses the session of `@nestjs-cls/transactional` is found', async () => {
  const { mongo, shop } = await startShop();
  const found = once(mongo, 'finding');
  await shop.placeWithoutSession('outside');
  expect(await found).toMatchObject([{ rule: 'outside-transaction' }]);
});
