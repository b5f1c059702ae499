// An AWS Lambda function behind an API Gateway: one pool in a process, and no call leaves anything open for the next.
//   Handler: lambda.handler, with MONGODB_URI

import { ConnectionManager } from 'session-guard';
import { invocation } from 'session-guard/serverless';

const mongo = ConnectionManager.shared(process.env.MONGODB_URI, { profile: 'serverless', logger: console });
/** @type {import('mongodb').Collection<{ _id: string, sku: string }>} */
const orders = mongo.db().collection('orders');
/** @type {import('mongodb').Collection<{ _id: string, left: number }>} */
const stock = mongo.db().collection('stock');

/** @typedef {{ body: string | null }} ApiEvent */

/** `POST /orders`. A call that was cut is sent again: an order is placed once, whatever the number of calls. */
export const handler = invocation(mongo, async (/** @type {ApiEvent} */ event) => {
  const { id, sku } = JSON.parse(event.body ?? '{}');
  if (typeof id !== 'string' || typeof sku !== 'string') return answer(400, { error: 'id, sku' });
  const placed = await mongo.withTxn(
    async session => {
      if ((await orders.findOne({ _id: id }, { session })) !== null) return true;
      const taken = await stock.updateOne(
        { _id: sku, left: { $gt: 0 } },
        { $inc: { left: -1 } },
        { session },
      );
      if (taken.matchedCount === 0) return false;
      await orders.insertOne({ _id: id, sku }, { session });
      return true;
    },
    { name: 'place an order' },
  );
  return answer(placed ? 201 : 409, { placed });
});

/**
 * @param {number} statusCode
 * @param {object} body
 */
function answer(statusCode, body) {
  return { statusCode, body: JSON.stringify(body) };
}
