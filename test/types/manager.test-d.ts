import type { ClientSession, Db, MongoClient } from 'mongodb';
import { describe, expectTypeOf, it } from 'vitest';
import {
  allow,
  ConnectionManager,
  type Finding,
  keep,
  onFinding,
  outsideTxn,
  type RulesOption,
  scope,
  type Txn,
} from '../../src/index.ts';

declare const manager: ConnectionManager;
declare const client: MongoClient;
declare const session: ClientSession;

describe('ConnectionManager', () => {
  it('gives the objects of the driver', () => {
    expectTypeOf(manager.client).toEqualTypeOf<MongoClient>();
    expectTypeOf(manager.db('shop')).toEqualTypeOf<Db>();
    expectTypeOf(manager.startSession()).toEqualTypeOf<ClientSession>();
    expectTypeOf(ConnectionManager.adopt(client)).toEqualTypeOf<ConnectionManager>();
    expectTypeOf(ConnectionManager.shared('mongodb://localhost')).toEqualTypeOf<ConnectionManager>();
  });

  it('passes the value of a callback on', () => {
    expectTypeOf(manager.withSession(async () => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(manager.withTxn(async (_session, txn) => txn.attempt)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(manager.withTxn<string>)
      .parameter(0)
      .parameter(1)
      .toEqualTypeOf<Txn>();
  });

  it('refuses options that cannot work', () => {
    // @ts-expect-error the callback of a transaction is async
    void manager.withTxn(() => 1);
    // @ts-expect-error an option of the client, not of the manager
    void new ConnectionManager('mongodb://localhost', { maxPoolSize: 5 });
    // @ts-expect-error no such way of nesting
    void manager.withTxn(async () => 1, { nested: 'never' });
    // @ts-expect-error a key is a string or a number
    void manager.withTxn(async () => 1, { serializeBy: {} });
    // @ts-expect-error no such severity
    void new ConnectionManager('mongodb://localhost', { rules: { 'use-after-end': 'fatal' } });
  });

  it('types its events', () => {
    manager.on('finding', finding => expectTypeOf(finding).toEqualTypeOf<Finding>());
    manager.on('transactionRetried', event => expectTypeOf(event.attempt).toEqualTypeOf<number>());
  });

  it('is disposable', () => {
    expectTypeOf(manager).toExtend<AsyncDisposable>();
  });
});

describe('the functions beside it', () => {
  it('pass their values on', () => {
    expectTypeOf(keep(session)).toEqualTypeOf<ClientSession>();
    expectTypeOf(outsideTxn(() => 1)).toEqualTypeOf<number>();
    expectTypeOf(scope(() => 'a')).toEqualTypeOf<Promise<string>>();
    expectTypeOf(allow('use-after-end', 'a test', async () => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(onFinding(() => undefined)).toEqualTypeOf<() => void>();
  });
});

const take = (rules: RulesOption) => rules;

describe('rules', () => {
  it('takes the options of the rule itself', () => {
    take({ 'session-leak': ['warn', { warnAfterMS: 30_000, maxOpen: undefined }], 'open-cursor': 'off' });
    take({ 'use-after-end': ['error', {}] });
    // @ts-expect-error: the option is warnAfterMS
    take({ 'session-leak': ['warn', { warnAfterMs: 1 }] });
    // @ts-expect-error: this rule has no options
    take({ 'use-after-end': ['warn', { warnAfterMS: 1 }] });
    // @ts-expect-error: there is no such rule
    take({ 'session-leaks': 'off' });
  });
});
