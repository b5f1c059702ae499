'use server';

import { invocation } from 'session-guard/serverless';
import { mongo } from '../lib/mongo.js';
import { place } from '../lib/orders.js';

export const placeOrder = invocation(
  mongo,
  async (/** @type {FormData} */ form) => {
    await place(String(form.get('id')), String(form.get('sku')));
  },
  { about: () => ({ route: 'placeOrder' }) },
);
