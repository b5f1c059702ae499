import { mongo } from './mongo.js';

/** @type {import('mongodb').Collection<{ _id: string, sku: string }>} */
const orders = mongo.db().collection('orders');
/** @type {import('mongodb').Collection<{ _id: string, left: number }>} */
const stock = mongo.db().collection('stock');

/**
 * The order and the stock change together, or not at all.
 * @param {string} id
 * @param {string} sku
 * @returns {Promise<boolean>} false if it is sold out
 */
export function place(id, sku) {
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
