import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { ClientSession, Collection, MongoClient } from 'mongodb';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms, type Row } from '../support/correct-programs.ts';
import { failureOf } from '../support/outcome.ts';

/** One for each use case: begins late, hands its session to the repositories, ends in `finally`. */
class UnitOfWork {
  readonly #client: MongoClient;
  #session: ClientSession | undefined;

  constructor(client: MongoClient) {
    this.#client = client;
  }

  get session(): ClientSession {
    if (this.#session === undefined) {
      this.#session = this.#client.startSession();
      this.#session.startTransaction();
    }
    return this.#session;
  }

  async commit(): Promise<void> {
    if (this.#session?.inTransaction() === true) await this.#session.commitTransaction();
  }

  async rollback(): Promise<void> {
    if (this.#session?.inTransaction() === true) await this.#session.abortTransaction();
  }

  async dispose(): Promise<void> {
    await this.#session?.endSession();
    this.#session = undefined;
  }
}

class Repository {
  readonly #rows: Collection<Row>;
  readonly #work: UnitOfWork;

  constructor(rows: Collection<Row>, work: UnitOfWork) {
    this.#rows = rows;
    this.#work = work;
  }

  add(row: Row): Promise<unknown> {
    return this.#rows.insertOne(row, { session: this.#work.session });
  }

  find(_id: string): Promise<Row | null> {
    return this.#rows.findOne({ _id }, { session: this.#work.session });
  }
}

/** Runs in the transaction of the caller, or in one of its own. */
async function inTransaction<T>(
  client: MongoClient,
  outer: ClientSession | undefined,
  fn: (session: ClientSession) => Promise<T>,
): Promise<T> {
  if (outer !== undefined) return fn(outer);
  return client.withSession(session => session.withTransaction(() => fn(session)));
}

// A session goes through the layers of an application.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'a unit of work starts its transaction when the first repository needs it, and commits or rolls back':
    async ({ client, make }) => {
      const rows = [await make('orders'), await make('stock')] as const;
      const useCase = async (_id: string, fails: boolean) => {
        const work = new UnitOfWork(client);
        try {
          const [orders, stock] = rows.map(each => new Repository(each, work));
          await orders?.add({ _id });
          await stock?.add({ _id });
          if (fails) throw new RangeError('no stock');
          expect(await orders?.find(_id)).toEqual({ _id });
          await work.commit();
        } catch (error) {
          await work.rollback();
          throw error;
        } finally {
          await work.dispose();
        }
      };
      await useCase('a', false);
      expect(await failureOf(useCase('b', true))).toBeInstanceOf(RangeError);
      expect(await rows[0].countDocuments()).toBe(1);
    },
  'units of work that nobody has used are committed and disposed of: they have no session': async ({
    client,
  }) => {
    const work = new UnitOfWork(client);
    await work.commit();
    await work.rollback();
    await work.dispose();
  },
  'the session is in the storage of the application, and a repository takes it from there': async ({
    client,
    make,
  }) => {
    const current = new AsyncLocalStorage<ClientSession>();
    const [orders, mails] = [await make('orders'), await make('mails')];
    const options = () => {
      const session = current.getStore();
      return session === undefined ? {} : { session };
    };
    const transactional = <T>(fn: () => Promise<T>) =>
      client.withSession(session => session.withTransaction(() => current.run(session, fn)));
    const place = async (_id: string) => {
      await orders.insertOne({ _id }, options());
      await mails.insertOne({ _id }, options());
    };
    await Promise.all(['a', 'b', 'c'].map(_id => transactional(() => place(_id))));
    await place('without');
    expect([await orders.countDocuments(), await mails.countDocuments()]).toEqual([4, 4]);
  },
  'a service called within a transaction joins it by its session, and has its own when called alone': async ({
    client,
    make,
  }) => {
    const [orders, audit] = [await make('orders'), await make('audit')];
    const log = (_id: string, outer?: ClientSession) =>
      inTransaction(client, outer, session => audit.insertOne({ _id }, { session }));
    const order = (_id: string, outer?: ClientSession) =>
      inTransaction(client, outer, async session => {
        await orders.insertOne({ _id }, { session });
        await log(`order ${_id}`, session);
      });
    await order('a');
    await log('alone');
    await inTransaction(client, undefined, async session => {
      await order('b', session);
      await order('c', session);
    });
    expect([await orders.countDocuments(), await audit.countDocuments()]).toEqual([3, 4]);
  },
  'a collection behind a proxy adds the session to each call': async ({ client, make }) => {
    const items = await make('items');
    const bound = (session: ClientSession) => ({
      insert: (row: Row) => items.insertOne(row, { session }),
      count: () => items.countDocuments({}, { session }),
    });
    const scoped = (session: ClientSession) =>
      new Proxy(bound(session), { get: (target, key, self) => Reflect.get(target, key, self) });
    const counted = await client.withSession(session =>
      session.withTransaction(async () => {
        const mine = scoped(session);
        await mine.insert({ _id: 'a' });
        await mine.insert({ _id: 'b' });
        return mine.count();
      }),
    );
    expect(counted).toBe(2);
  },
  'events are collected in the transaction and emitted after it: the listeners write without its session':
    async ({ client, make }) => {
      const [orders, mails] = [await make('orders'), await make('mails')];
      const bus = new EventEmitter();
      const handled: Promise<unknown>[] = [];
      bus.on('ordered', (_id: string) => handled.push(mails.insertOne({ _id })));
      const place = async (_id: string) => {
        const events: string[] = [];
        await client.withSession(session =>
          session.withTransaction(async () => {
            events.length = 0;
            await orders.insertOne({ _id }, { session });
            events.push(_id);
          }),
        );
        for (const event of events) bus.emit('ordered', event);
      };
      await place('a');
      await place('b');
      await Promise.all(handled);
      expect(await mails.countDocuments()).toBe(2);
    },
  'a chain of middleware: the outer one opens, the inner ones use, the outer one closes': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    interface Context {
      session?: ClientSession;
    }
    type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>;
    const transaction: Middleware = async (context, next) => {
      const session = client.startSession();
      context.session = session;
      try {
        await session.withTransaction(next);
      } finally {
        delete context.session;
        await session.endSession();
      }
    };
    const insert =
      (_id: string): Middleware =>
      async (context, next) => {
        await items.insertOne({ _id }, context.session === undefined ? {} : { session: context.session });
        await next();
      };
    const run = (chain: readonly Middleware[], context: Context, n = 0): Promise<void> =>
      chain[n]?.(context, () => run(chain, context, n + 1)) ?? Promise.resolve();
    await run([transaction, insert('a'), insert('b')], {});
    await run([insert('c')], {});
    expect(await items.countDocuments()).toBe(3);
  },
  'two services each in a transaction of its own, the second begun when the first has returned': async ({
    client,
    make,
  }) => {
    const [orders, invoices] = [await make('orders'), await make('invoices')];
    const inOwn = (rows: Collection<Row>, _id: string) =>
      client.withSession(session => session.withTransaction(() => rows.insertOne({ _id }, { session })));
    const order = async (_id: string) => {
      await inOwn(orders, _id);
      await inOwn(invoices, _id);
    };
    await Promise.all([order('a'), order('b')]);
    expect([await orders.countDocuments(), await invoices.countDocuments()]).toEqual([2, 2]);
  },
  'a saga undoes by a second transaction what the first has committed': async ({ client, make }) => {
    const seats = await make('seats');
    await seats.insertOne({ _id: 'a', free: 1 });
    const change = (free: number) =>
      client.withSession(session =>
        session.withTransaction(() => seats.updateOne({ _id: 'a' }, { $inc: { free } }, { session })),
      );
    const undo: (() => Promise<unknown>)[] = [];
    const book = async () => {
      await change(-1);
      undo.push(() => change(1));
      throw new Error('the payment failed');
    };
    await book().catch(async () => {
      for (const step of undo.toReversed()) await step();
    });
    expect(await seats.findOne()).toEqual({ _id: 'a', free: 1 });
  },
};

correctPrograms(programs);
