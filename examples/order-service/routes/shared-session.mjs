// @ts-check
import { Router } from 'express';
import { charge } from '../service/payments.mjs';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const orders = host.db.collection('orders');
  const reviews = host.db.collection('reviews');
  const session = host.startSession();

  const router = Router();
  router.post('/orders', async (req, res) => {
    const { id, sku, card } = req.body;
    await session.withTransaction(async () => {
      await orders.insertOne({ _id: id, sku, status: 'paid' }, { session });
      await charge(card);
    });
    res.status(201).json({ id });
  });
  router.post('/reviews', async (req, res) => {
    const { id, sku } = req.body;
    await reviews.insertOne({ _id: id, sku, stars: 5 }, { session });
    res.status(201).json({ id });
  });
  return router;
}
