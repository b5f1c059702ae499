// A shop with Express: each request is a scope, findings go to the log, and SIGTERM loses nothing.
//   MONGODB_URI=mongodb://localhost/shop PORT=3000 node examples/services/express-shop.mjs

import express from 'express';
import { ConnectionManager, gracefulStop, processStats } from 'session-guard';
import { requestScope } from 'session-guard/express';

const { PORT = 3000, TIMEOUT_MS = 5000, GRACE_MS = 8000 } = process.env;

const mongo = new ConnectionManager(process.env.MONGODB_URI, {
  profile: 'service',
  operationTimeoutMS: Number(TIMEOUT_MS),
  logger: console, // one line of JSON for each finding
});
/** @type {import('mongodb').Collection<{ _id: string, sku: string }>} */
const orders = mongo.db().collection('orders');
/** @type {import('mongodb').Collection<{ _id: string, left: number }>} */
const stock = mongo.db().collection('stock');

const app = express();
app.use(requestScope({ id: request => request.headers['x-request-id'], leftOpen: 'end' }));
app.use(express.json());

app.get('/live', async (_request, response) => {
  const { live } = await mongo.health();
  response.status(live ? 200 : 503).json({ live });
});

app.get('/ready', async (_request, response) => {
  const { ready, reason } = await mongo.health();
  response.status(ready ? 200 : 503).json({ ready, reason });
});

app.get('/metrics', (_request, response) => {
  const { transactionsCommitted, transactionsOpen, pool } = processStats();
  response.json({ transactionsCommitted, transactionsOpen, pool });
});

app.post('/orders', async (request, response) => {
  const { id, sku } = request.body;
  if (typeof id !== 'string' || typeof sku !== 'string')
    return response.status(400).json({ error: 'id, sku' });
  const placed = await mongo.withTxn(
    async session => {
      const enough = { _id: sku, left: { $gt: 0 } };
      const taken = await stock.updateOne(enough, { $inc: { left: -1 } }, { session });
      if (taken.matchedCount === 0) return false;
      await orders.insertOne({ _id: id, sku }, { session });
      return true;
    },
    { name: 'place an order', timeoutMS: 2 * Number(TIMEOUT_MS) },
  );
  return response.status(placed ? 201 : 409).json({ placed });
});

const server = app.listen(Number(PORT), () => {
  const address = server.address();
  console.log('listens', typeof address === 'object' ? address?.port : address);
});
gracefulStop(server, mongo, { graceMS: Number(GRACE_MS) });
