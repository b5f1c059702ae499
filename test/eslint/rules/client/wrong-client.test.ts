import { driver, testRule } from '../../support/test-rule.ts';

testRule('wrong-client', {
  wrong: {
    'a session for a collection of another client': driver(`const reports = new MongoClient(other);
export const place = order =>
  client.withSession(async session => {
    await orders.insertOne(order, { session });
    await reports.db().collection('log').insertOne({ order }, { session }); // ←
  });`),
    'a session of mongoose for a model of another connection': `import mongoose from 'mongoose';
const archive = mongoose.createConnection(uri);
const Old = archive.model('Old', schema);
export async function keep(id) {
  const session = await mongoose.startSession();
  try {
    await Old.updateOne({ _id: id }, { kept: true }, { session }); // ←
  } finally {
    await session.endSession();
  }
}`,
  },
  right: {
    'two clients, each with a session of its own': driver(`const reports = new MongoClient(other);
export const place = order =>
  client.withSession(async session => {
    await orders.insertOne(order, { session });
    await reports.withSession(own => reports.db().collection('log').insertOne({ order }, { session: own }));
  });`),
    'a client that is handed in': `export async function place(client, collection, order) {
  await client.withSession(session => collection.insertOne(order, { session }));
}`,
  },
});

const load = "import { MongoClient } from 'mongodb';\n";

testRule('wrong-client', {
  wrong: {
    'two clients that a class makes': `${load}
export class Orders {
  #shop = new MongoClient(shop);
  #archive = new MongoClient(archive);
  #orders = this.#archive.db().collection('orders');
  place(order) {
    return this.#shop.withSession(session => this.#orders.insertOne(order, { session })); // ←
  }
}`,
  },
  right: {
    'a class whose client may be one of two': `${load}
export class Orders {
  constructor(uri, client) {
    this.client = client ?? new MongoClient(uri);
    this.orders = this.client.db().collection('orders');
  }
  place(order) {
    return this.client.withSession(session => this.orders.insertOne(order, { session }));
  }
}`,
    'a client that is opened again': `${load}
export class Orders {
  async open() {
    this.client = await MongoClient.connect(uri);
    this.orders = this.client.db().collection('orders');
  }
  async reopen() {
    await this.client.close();
    this.client = await MongoClient.connect(uri);
    this.orders = this.client.db().collection('orders');
  }
  place(order) {
    return this.client.withSession(session => this.orders.insertOne(order, { session }));
  }
}`,
  },
});
