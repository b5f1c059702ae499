'use server';

import { invocation } from 'session-guard/serverless';
import { mongo } from '../lib/mongo.js';
import { orderIn, place } from '../lib/orders.js';

export const placeOrder = invocation(
  mongo,
  async (/** @type {FormData} */ form) => {
    const order = orderIn(Object.fromEntries(form));
    if (order === undefined) throw new Error('An order has an id and a sku.');
    await place(order);
  },
  { about: () => ({ route: 'placeOrder' }) },
);
