// @ts-check
import { acknowledgedButNotTaken, orders, seedProducts } from '../orders.mjs';

/** @type {import('../case.d.ts').Case} */
export const notAwaitedLaterOperation = {
  route: 'not-awaited-later-operation',
  title: 'The last operation of a transaction is not awaited',
  harm: 'acknowledged orders were committed without taking their stock',
  short: 'orders committed by half',
  safe: 'all complete',
  rule: 'unawaited-operation',
  seed: seedProducts,
  lanes: count => orders(count),
  expects: ({ status }) => status === 201,
  audit: acknowledgedButNotTaken,
};
