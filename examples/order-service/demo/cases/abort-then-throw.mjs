// @ts-check
import { orders } from '../orders.mjs';

/** @type {import('../case.d.ts').Case} */
export const abortThenThrow = {
  route: 'abort-then-throw',
  title: 'abortTransaction() by hand, then throw',
  harm: 'customers did not learn that the bank had declined the card',
  short: 'customers did not get the cause',
  safe: 'all got it',
  rule: 'manual-end-in-helper',
  lanes: count => orders(count, { card: 'declined' }),
  expects: ({ status, error }) => status === 402 && error?.name === 'CardDeclined',
  audit: ({ answers }) => ({
    count: answers.filter(({ error }) => error?.name !== 'CardDeclined').length,
    of: answers.length,
  }),
};
