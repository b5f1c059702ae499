// @ts-check
import { Router } from 'express';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const orders = host.db.collection('orders');
  const products = host.db.collection('products');

  return Router().post('/orders', async (req, res) => {
    const { id, sku } = req.body;
    await host.withTxn(async session => {
      await orders.insertOne({ _id: id, sku, status: 'paid' }, { session });
      products.updateOne({ _id: sku }, { $inc: { stock: -1 } }, { session });
    });
    res.status(201).json({ id });
  });
}
