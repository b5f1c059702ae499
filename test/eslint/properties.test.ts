import { testRule } from './support/test-rule.ts';

// Collections, clients and connections that a class or an object of the file has.
const load = "import { MongoClient } from 'mongodb';\n";

testRule('outside-transaction', {
  wrong: {
    'two collections that a constructor takes from one client': `${load}
export class Orders {
  constructor(client) {
    this.client = client;
    this.orders = client.db('shop').collection('orders');
    this.users = client.db('shop').collection('users');
  }
  place(order) {
    return this.client.withSession(session =>
      session.withTransaction(async () => {
        await this.orders.insertOne(order, { session });
        await this.users.updateOne({ _id: order.user }, { $inc: { n: 1 } }); // ←
      }),
    );
  }
}`,
    'private fields, and a session that a method starts by hand': `${load}
export class Orders {
  #client = new MongoClient(uri);
  #orders = this.#client.db().collection('orders');
  #users = this.#client.db().collection('users');
  async place(order) {
    const session = this.#client.startSession();
    try {
      session.startTransaction();
      await this.#orders.insertOne(order, { session });
      await this.#users.updateOne({ _id: order.user }, { $inc: { n: 1 } }); // ←
      await session.commitTransaction();
    } finally {
      await session.endSession();
    }
  }
}`,
    'a connection of mongoose that a class keeps': `import mongoose from 'mongoose';
export class Orders {
  constructor(connection) {
    this.connection = connection;
    this.Order = connection.model('Order');
    this.User = connection.model('User');
  }
  async place(order) {
    const session = await this.connection.startSession();
    try {
      await session.withTransaction(async () => {
        await this.Order.create([order], { session });
        await this.User.updateOne({ _id: order.user }, { $inc: { n: 1 } }); // ←
      });
    } finally {
      await session.endSession();
    }
  }
}`,
    'getters and methods that give back a collection': `${load}
export class Orders {
  constructor(client) {
    this.db = client.db();
    this.client = client;
  }
  get orders() {
    return this.db.collection('orders');
  }
  users() {
    return this.db.collection('users');
  }
  async place(order) {
    await this.client.withSession(async session => {
      await session.withTransaction(async () => {
        await this.orders.insertOne(order, { session });
        await this.users().updateOne({ _id: order.user }, { $inc: { n: 1 } }); // ←
      });
    });
  }
}`,
    'collections that a function of the file gives back': `${load}
const collections = db => ({ orders: db.collection('orders'), users: db.collection('users') });
export async function place(client, order) {
  const { orders, users } = collections(client.db('shop'));
  await client.withSession(async session => {
    await session.withTransaction(async () => {
      await orders.insertOne(order, { session });
      await users.updateOne({ _id: order.user }, { $inc: { n: 1 } }); // ←
    });
  });
}`,
    'an object of collections': `${load}
const client = new MongoClient(uri);
const store = { orders: client.db().collection('orders'), users: client.db().collection('users') };
export async function place(order) {
  await client.withSession(async session => {
    await session.withTransaction(async () => {
      await store.orders.insertOne(order, { session });
      await store.users.updateOne({ _id: order.user }, { $inc: { n: 1 } }); // ←
    });
  });
}`,
  },
  right: {
    'collections of two clients': `${load}
export class Orders {
  constructor(shop, archive) {
    this.client = shop;
    this.orders = shop.db().collection('orders');
    this.log = archive.db().collection('log');
  }
  place(order) {
    return this.client.withSession(session =>
      session.withTransaction(async () => {
        await this.orders.insertOne(order, { session });
        await this.log.insertOne({ order: order._id });
      }),
    );
  }
}`,
    'a field that gets another value': `${load}
export class Orders {
  constructor(client) {
    this.client = client;
    this.orders = client.db().collection('orders');
    this.log = client.db().collection('log');
  }
  logTo(db) {
    this.log = db.collection('log');
  }
  place(order) {
    return this.client.withSession(session =>
      session.withTransaction(async () => {
        await this.orders.insertOne(order, { session });
        await this.log.insertOne({ order: order._id });
      }),
    );
  }
}`,
    'a repository of its own, and one that is set from outside': `${load}
export class Orders {
  constructor(client, audit) {
    this.client = client;
    this.orders = client.db().collection('orders');
    this.log = new Log(client);
    this.audit = audit;
  }
  place(order) {
    return this.client.withSession(session =>
      session.withTransaction(async () => {
        await this.orders.insertOne(order, { session });
        await this.log.insertOne({ order: order._id });
        await this.audit.insertOne({ order: order._id });
      }),
    );
  }
}`,
    'fields of the same name in two classes': `${load}
class Shop {
  #client = new MongoClient(shop);
  #orders = this.#client.db().collection('orders');
  constructor(archive) {
    this.archive = archive;
  }
  place(order) {
    return this.#client.withSession(session =>
      session.withTransaction(async () => {
        await this.#orders.insertOne(order, { session });
        await this.archive.add(order);
      }),
    );
  }
}
export class Archive {
  #client = new MongoClient(archive);
  #orders = this.#client.db().collection('orders');
  add(order) {
    return this.#orders.insertOne(order);
  }
}
export const open = () => new Shop(new Archive());`,
    'a function that makes another client at each call': `${load}
const open = async uri => (await MongoClient.connect(uri)).db();
const dbOf = tenant => tenant.db;
export async function copy(tenant, other, client, order) {
  const log = await open(process.env.LOG);
  const shop = await open(process.env.SHOP);
  await client.withSession(async session => {
    await session.withTransaction(async () => {
      await shop.collection('orders').insertOne(order, { session });
      await log.collection('log').insertOne({ order: order._id });
      await dbOf(tenant).collection('orders').insertOne(order, { session });
      await dbOf(other).collection('log').insertOne(order);
    });
  });
}`,
    'collections of two databases by one function': `${load}
const collections = db => ({ orders: db.collection('orders'), log: db.collection('log') });
export async function place(client, archive, order) {
  const { orders } = collections(client.db());
  const { log } = collections(archive.db());
  await client.withSession(async session => {
    await session.withTransaction(async () => {
      await orders.insertOne(order, { session });
      await log.insertOne({ order: order._id });
    });
  });
}`,
  },
});
