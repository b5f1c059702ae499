// @ts-check
import { orders, refusedButTaken, seedProducts } from '../orders.mjs';

/** @type {import('../case.d.ts').Case} */
export const forgottenSession = {
  route: 'forgotten-session',
  title: 'One operation of a transaction is not given the session',
  harm: 'refused orders have taken stock all the same: it survived the rollback',
  short: 'rollbacks left stock taken',
  safe: 'all rolled back',
  rule: 'outside-transaction',
  remedy: { options: { inject: true }, name: 'inject: true' },
  seed: seedProducts,
  lanes: count => orders(count, { card: 'declined' }),
  expects: ({ status, error }) => status === 402 && error?.name === 'CardDeclined',
  audit: refusedButTaken,
};
