// @ts-check
import { Router } from 'express';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const orders = host.db.collection('orders');

  return Router().post('/orders', async (req, res) => {
    const { id, sku } = req.body;
    const session = host.startSession();
    orders.insertOne({ _id: id, sku, status: 'new' }, { session });
    await session.endSession();
    res.status(201).json({ id });
  });
}
