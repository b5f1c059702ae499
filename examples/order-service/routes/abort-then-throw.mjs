// @ts-check
import { Router } from 'express';
import { charge } from '../service/payments.mjs';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const orders = host.db.collection('orders');

  return Router().post('/orders', async (req, res) => {
    const { id, sku, card } = req.body;
    await host.withTxn(async session => {
      try {
        await orders.insertOne({ _id: id, sku, status: 'paid' }, { session });
        await charge(card);
      } catch (error) {
        await session.abortTransaction();
        throw error;
      }
    });
    res.status(201).json({ id });
  });
}
