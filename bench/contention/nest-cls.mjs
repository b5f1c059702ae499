// @ts-check
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClsPluginTransactional, TransactionHost } from '@nestjs-cls/transactional';
import { TransactionalAdapterMongoDB } from '@nestjs-cls/transactional-adapter-mongodb';
import { ClsModule } from 'nestjs-cls';
import { loadInstalled } from '../drivers.mjs';

const mongoClientToken = Symbol('the client for the adapter');

/**
 * An application of NestJS whose transactions are those of `@nestjs-cls/transactional`, with its adapter for MongoDB.
 *
 * @param {string} uri
 * @param {import('mongodb').MongoClientOptions} options
 * @returns {Promise<import('./workload.mjs').Side>}
 */
export async function openNestCls(uri, options) {
  const client = await new (loadInstalled().driver.MongoClient)(uri, options).connect();
  class ClientModule {
    name = 'client';
  }
  Module({ providers: [{ provide: mongoClientToken, useValue: client }], exports: [mongoClientToken] })(
    ClientModule,
  );
  const adapter = new TransactionalAdapterMongoDB({ mongoClientToken });
  const plugin = new ClsPluginTransactional({ imports: [ClientModule], adapter });
  class AppModule {
    name = 'bench';
  }
  Module({ imports: [ClsModule.forRoot({ plugins: [plugin] })] })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  /** @type {TransactionHost<TransactionalAdapterMongoDB>} */
  const host = app.get(TransactionHost, { strict: false });
  return {
    name: '@nestjs-cls/transactional',
    client,
    transact: fn =>
      host.withTransaction(async () => {
        const { tx: session } = host;
        if (session === undefined) throw new Error('The host has no transaction.');
        await fn(session);
      }),
    close: async () => {
      await app.close();
      await client.close();
    },
  };
}
