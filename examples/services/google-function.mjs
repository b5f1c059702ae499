// A Google Cloud Function of HTTP: one pool in a process, and no call leaves anything open for the next.
//   npx functions-framework --source=google-function.mjs --target=orders, with MONGODB_URI

import { ConnectionManager } from 'session-guard';
import { invocation } from 'session-guard/serverless';

const mongo = ConnectionManager.shared(process.env.MONGODB_URI, { profile: 'serverless', logger: console });
/** @type {import('mongodb').Collection<{ _id: string, sku: string, status?: string }>} */
const all = mongo.db().collection('orders');

/**
 * `POST` with `{ id, sku }` saves an order, also when it is sent again; `GET ?sku=tea` counts the orders.
 * @param {import('express').Request} request
 * @param {import('express').Response} response
 */
async function serve(request, response) {
  const { id, sku } = request.method === 'POST' ? (request.body ?? {}) : { id: 'any', ...request.query };
  if (typeof id !== 'string' || typeof sku !== 'string')
    return response.status(400).json({ error: 'id, sku' });
  if (request.method === 'GET') return response.json({ orders: await all.countDocuments({ sku }) });
  await all.updateOne({ _id: id }, { $set: { sku } }, { upsert: true });
  return response.status(201).json({ saved: id });
}

export const orders = invocation(mongo, serve);
