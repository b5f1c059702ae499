// @ts-check
import { randomUUID } from 'node:crypto';
import connectMongo from 'connect-mongo';
import { MongoClient } from 'mongodb';
import { mongoBackend } from 'session-guard/store/mongodb';
import { ours } from '../ours.mjs';
import { peer } from '../peer.mjs';
import { cookieSession } from '../session-data.mjs';

const MongoStore = connectMongo;
const ttlMS = 1_800_000;

/** @param {string} uri */
export async function openMongoDB(uri) {
  const client = new MongoClient(uri);
  await client.connect();
  const dbName = `bench_stores_${process.pid}`;
  const db = client.db(dbName);
  await db.dropDatabase();
  const plain = db.collection('raw');
  return {
    floors: {
      read: raw(plain, id => plain.findOne({ _id: /** @type {any} */ (id) })),
      refresh: raw(plain, id =>
        plain.findOneAndUpdate(
          { _id: /** @type {any} */ (id) },
          { $set: { expires: new Date(Date.now() + ttlMS) } },
        ),
      ),
    },
    sides: {
      ours: ours(mongoBackend(db.collection('ours')), { coalesce: false }),
      'ours coalesced': ours(mongoBackend(db.collection('coalesced')), { coalesce: true }),
      'ours encrypted': ours(mongoBackend(db.collection('sealed')), { coalesce: false, encrypt: true }),
      'connect-mongo': peer(MongoStore.create({ client, dbName, collectionName: 'peer' })),
      'connect-mongo touchAfter': peer(
        MongoStore.create({ client, dbName, collectionName: 'after', touchAfter: 1500 }),
      ),
    },
    close: async () => client.close(),
  };
}

/** @param {string} id @param {number} bytes @param {number} seen */
const documentOf = (id, bytes, seen) => ({
  _id: /** @type {any} */ (id),
  expires: new Date(Date.now() + ttlMS),
  session: JSON.stringify({ ...cookieSession(bytes), seen }),
});

/**
 * @param {import('mongodb').Collection} collection
 * @param {(id: string) => Promise<unknown>} read
 * @returns {import('../measure.mjs').Side}
 */
function raw(collection, read) {
  return {
    async create(bytes) {
      const id = randomUUID();
      await collection.insertOne(documentOf(id, bytes, 0), { writeConcern: { w: 'majority' } });
      return id;
    },
    async read(id) {
      const found = /** @type {{ session: string }} */ (await read(id));
      JSON.parse(found.session);
    },
    async write(id, bytes, count) {
      const { _id, ...rest } = documentOf(id, bytes, count);
      await collection.replaceOne({ _id }, rest, { writeConcern: { w: 'majority' } });
    },
    async destroy(id) {
      await collection.deleteOne({ _id: /** @type {any} */ (id) }, { writeConcern: { w: 'majority' } });
    },
  };
}
