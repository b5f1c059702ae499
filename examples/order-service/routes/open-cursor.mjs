// @ts-check
import { Router } from 'express';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const orders = host.db.collection('orders');

  return Router().get('/orders', async (_req, res) => {
    const session = host.startSession();
    const cursor = orders.find({ status: 'new' }, { session, batchSize: 20 });
    const page = [];
    while (page.length < 10 && (await cursor.hasNext())) page.push(await cursor.next());
    await session.endSession();
    res.status(200).json(page);
  });
}
