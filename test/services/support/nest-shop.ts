import { Controller, Get, Inject, Module, Param, Post } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { onTestFinished } from 'vitest';
import { ConnectionManager, type Finding } from '../../../src/index.ts';
import { SessionGuardModule, Transactional } from '../../../src/services/nest/index.ts';
import { shopUri } from './shop.ts';

/** What TypeScript makes of decorators above a method, under `experimentalDecorators`. */
export function decorate(
  target: new (...args: never[]) => object,
  name: string,
  decorators: readonly MethodDecorator[],
): void {
  const { prototype } = target;
  let descriptor = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
  for (const apply of decorators.toReversed()) descriptor = apply(prototype, name, descriptor) ?? descriptor;
  Object.defineProperty(prototype, name, descriptor);
}

export class Orders {
  readonly mongo: ConnectionManager;

  constructor(mongo: ConnectionManager) {
    this.mongo = mongo;
  }

  get all() {
    return this.mongo.db().collection<{ _id: string }>('orders');
  }

  async place(id: string) {
    await this.all.insertOne({ _id: id });
    await this.bill(id);
    return id;
  }

  async bill(id: string) {
    await this.mongo.db().collection<{ _id: string }>('bills').insertOne({ _id: id });
    if (id === 'declined') throw new Error('card declined');
  }

  async leave() {
    await this.all.findOne({}, { session: this.mongo.startSession() });
    return 'left';
  }
}
Inject(ConnectionManager)(Orders, undefined, 0);
decorate(Orders, 'place', [Transactional()]);
decorate(Orders, 'bill', [Transactional()]);

class OrdersController {
  readonly orders: Orders;

  constructor(orders: Orders) {
    this.orders = orders;
  }

  async place(id: string) {
    return this.orders.place(id).catch((error: unknown) => String(error));
  }

  async leave() {
    return this.orders.leave();
  }
}
Inject(Orders)(OrdersController, undefined, 0);
Controller('orders')(OrdersController);
Param('id')(OrdersController.prototype, 'place', 0);
decorate(OrdersController, 'place', [Post(':id')]);
decorate(OrdersController, 'leave', [Get(':id/left')]);

/** An application of NestJS that listens, with a manager that a factory has given the options. */
export async function startNestShop() {
  const findings: Finding[] = [];
  class AppModule {
    readonly name = 'shop';
  }
  Module({
    imports: [
      SessionGuardModule.forRootAsync({
        useFactory: () => ({
          uri: shopUri(),
          console: false,
          rules: { 'session-leak': ['warn', { warnAfterMS: 1 }] },
          onFinding: (finding: Finding) => void findings.push(finding),
          requests: { id: () => 'request-1' },
        }),
      }),
    ],
    controllers: [OrdersController],
    providers: [Orders],
  })(AppModule);
  const built = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = built.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  // On a busy machine a request may be on its way when it would end an idle connection.
  app.getHttpServer().keepAliveTimeout = 0;
  const mongo = app.get(ConnectionManager);
  onTestFinished(async () => {
    await mongo.close();
    await app.close();
  });
  return { app, mongo, orders: app.get(Orders), url: await app.getUrl() };
}
