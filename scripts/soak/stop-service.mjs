// @ts-check
// A service for scripts/soak/stop.mjs: each request is a transaction of two writes. It prints its port when it listens.
import express from 'express';
import { ConnectionManager, gracefulStop } from 'session-guard';
import { requestScope } from 'session-guard/express';

const mongo = new ConnectionManager(process.env['MONGODB_URI']);
const orders = mongo.db().collection('orders');
const lines = mongo.db().collection('lines');

const app = express();
app.use(requestScope());
app.post('/orders/:id', (req, res, next) => {
  const { id } = req.params;
  place(id).then(() => res.status(201).json(id), next);
});

/** @param {string} id */
async function place(id) {
  await mongo.withTxn(async session => {
    await orders.insertOne({ id }, { session });
    await lines.insertOne({ order: id }, { session });
  });
}

await mongo.connect();
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : address);
});
// Every client of the soak asks again at once: none of them is silent, however busy the machine is. By default Node ends a
// connection after five seconds, and the client would come back on a new one, which is refused.
server.keepAliveTimeout = 0;
gracefulStop(server, mongo, { graceMS: 600_000, idleMS: 600_000 });
