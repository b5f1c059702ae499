// @ts-check
import { orders } from '../orders.mjs';

const ITEMS = ['pen', 'ink', 'paper', 'ruler', 'tape'];

/** @type {import('../case.d.ts').Case} */
export const promiseAll = {
  route: 'promise-all',
  title: 'Promise.all over the first operations of a transaction',
  harm: 'valid orders of five items were refused, or stored in part',
  short: 'valid orders refused',
  safe: 'all stored',
  rule: 'parallel-in-transaction',
  lanes: count => orders(count, { items: ITEMS }),
  expects: ({ status }) => status === 201,
  async audit({ db, answers }) {
    const lines = await db.collection('lines').find().toArray();
    const acknowledged = new Set(
      answers.filter(({ status }) => status === 201).map(id => id.request.body?.id),
    );
    const complete = [...acknowledged].filter(
      id => lines.filter(({ order }) => order === id).length === ITEMS.length,
    );
    return { count: answers.length - complete.length, of: answers.length };
  },
};
