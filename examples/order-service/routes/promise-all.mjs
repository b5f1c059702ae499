// @ts-check
import { Router } from 'express';

/** @param {import('../service/types.d.ts').Host} host */
export default function routes(host) {
  const lines = host.db.collection('lines');

  return Router().post('/orders', async (req, res) => {
    const { id, items } = /** @type {{ id: string, items: string[] }} */ (req.body);
    await host.withTxn(async session => {
      await Promise.all(
        items.map(sku => lines.insertOne({ _id: `${id}/${sku}`, order: id, sku }, { session })),
      );
    });
    res.status(201).json({ id });
  });
}
