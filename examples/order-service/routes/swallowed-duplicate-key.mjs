// @ts-check
import { Router } from 'express';
import { MongoServerError } from 'mongodb';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const orders = host.db.collection('orders');
  const customers = host.db.collection('customers');

  return Router().post('/orders', async (req, res) => {
    const { id, sku } = req.body;
    await host.withTxn(async session => {
      await orders.insertOne({ _id: id, sku, customer: 'ada' }, { session });
      try {
        await customers.insertOne({ _id: 'ada' }, { session });
      } catch (error) {
        if (!(error instanceof MongoServerError && error.code === 11000)) throw error;
      }
    });
    res.status(201).json({ id });
  });
}
