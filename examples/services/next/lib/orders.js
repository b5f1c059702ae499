import { mongo } from './mongo.js';

/** @type {import('mongodb').Collection<{ _id: string, sku: string }>} */
const orders = mongo.db().collection('orders');
/** @type {import('mongodb').Collection<{ _id: string, left: number }>} */
const stock = mongo.db().collection('stock');

/** @typedef {{ id: string, sku: string }} Order */

/**
 * @param {unknown} sent by a client: it may be anything
 * @returns {Order | undefined}
 */
export function orderIn(sent) {
  const { id, sku } = Object(sent);
  return isText(id) && isText(sku) ? { id, sku } : undefined;
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === 'string' && value !== '';
}

/**
 * The order and the stock change together, or not at all.
 * @param {Order} order
 * @returns {Promise<boolean>} false if it is sold out
 */
export function place({ id, sku }) {
  return mongo.withTxn(async session => {
    const taken = await stock.updateOne({ _id: sku, left: { $gt: 0 } }, { $inc: { left: -1 } }, { session });
    if (taken.matchedCount === 0) return false;
    await orders.insertOne({ _id: id, sku }, { session });
    return true;
  });
}

export function countOrders() {
  return orders.countDocuments();
}
