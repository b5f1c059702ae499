// @ts-check
import { orders, refusedButTaken, seedProducts } from '../orders.mjs';

/** @type {import('../case.d.ts').Case} */
export const notAwaitedOnlyOperation = {
  route: 'not-awaited-only-operation',
  title: 'The only operation of a transaction is not awaited, then the callback throws',
  harm: 'refused orders have taken stock all the same: it survived the rollback',
  short: 'rollbacks left stock taken',
  safe: 'all rolled back',
  rule: 'unawaited-operation',
  seed: seedProducts,
  lanes: count => orders(count, { card: 'expired' }, '/reservations'),
  expects: ({ status, error }) => status === 402 && error?.name === 'CardDeclined',
  audit: refusedButTaken,
};
