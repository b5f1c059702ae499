// @ts-check
import { Router } from 'express';
import { checkCard } from '../service/payments.mjs';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const products = host.db.collection('products');
  const refusals = host.db.collection('refusals');

  return Router().post('/reservations', async (req, res) => {
    const { id, sku, card } = req.body;
    const session = host.startSession();
    try {
      await session.withTransaction(async () => {
        products.updateOne({ _id: sku }, { $inc: { stock: -1 } }, { session });
        checkCard(card);
      });
      res.status(201).json({ id });
    } catch (error) {
      await refusals.insertOne({ _id: id, reason: String(error) }, { session });
      throw error;
    } finally {
      await session.endSession();
    }
  });
}
