// A shop with Fastify and mongoose: each request is a scope, findings go to its log, and SIGTERM loses nothing.
//   MONGODB_URI=mongodb://localhost/shop PORT=3000 node examples/services/fastify-mongoose.mjs

import Fastify from 'fastify';
import mongoose from 'mongoose';
import { ConnectionManager, gracefulStop, processStats, profiles } from 'session-guard';
import { sessionGuard } from 'session-guard/fastify';

const { MONGODB_URI = '', PORT = 3000, TIMEOUT_MS = 5000, GRACE_MS = 8000 } = process.env;

await mongoose.connect(MONGODB_URI, profiles.service);
const mongo = ConnectionManager.adopt(mongoose, { operationTimeoutMS: Number(TIMEOUT_MS) });

const Order = mongoose.model('Order', new mongoose.Schema({ _id: String, sku: String }));
const Item = mongoose.model('Item', new mongoose.Schema({ _id: String, left: Number }), 'stock');

await Promise.all([Order.init(), Item.init()]);

const app = Fastify({ logger: true });
await app.register(sessionGuard, { manager: mongo, leftOpen: 'end' });

app.get('/live', async (_request, reply) => {
  const { live } = await mongo.health();
  return reply.code(live ? 200 : 503).send({ live });
});

app.get('/ready', async (_request, reply) => {
  const { ready, reason } = await mongo.health();
  return reply.code(ready ? 200 : 503).send({ ready, reason });
});

app.get('/metrics', async () => {
  const { transactionsCommitted, transactionsOpen, pool } = processStats();
  return { transactionsCommitted, transactionsOpen, pool };
});

const id = { type: 'string' };
const body = { type: 'object', required: ['id', 'sku'], properties: { id, sku: id } };

/** @typedef {{ Body: { id: string, sku: string } }} OrderRoute */
app.post(
  '/orders',
  { schema: { body } },
  async (/** @type {import('fastify').FastifyRequest<OrderRoute>} */ request, reply) => {
    const placed = await mongo.withTxn(() => place(request.body), {
      name: 'place an order',
      inject: true, // the calls of mongoose below need no { session }
      timeoutMS: 2 * Number(TIMEOUT_MS),
    });
    return reply.code(placed ? 201 : 409).send({ placed });
  },
);

/** @param {{ id: string, sku: string }} order */
async function place({ id: _id, sku }) {
  const taken = await Item.updateOne({ _id: sku, left: { $gt: 0 } }, { $inc: { left: -1 } });
  if (taken.matchedCount === 0) return false;
  await Order.create({ _id, sku });
  return true;
}

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
gracefulStop(app, mongo, { graceMS: Number(GRACE_MS) });
const [address] = app.addresses();
console.log('listens', typeof address === 'object' ? address.port : address);
