// @ts-check
import { Router } from 'express';
import { charge } from '../service/payments.mjs';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const orders = host.db.collection('orders');
  const products = host.db.collection('products');

  return Router().post('/orders', async (req, res) => {
    const { id, sku, card } = req.body;
    await host.withTxn(async session => {
      await orders.insertOne({ _id: id, sku, status: 'paid' }, { session });
      await products.updateOne({ _id: sku }, { $inc: { stock: -1 } });
      await charge(card);
    });
    res.status(201).json({ id });
  });
}
