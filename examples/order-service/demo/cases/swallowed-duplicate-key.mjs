// @ts-check
import { orders } from '../orders.mjs';

/** @param {import('../case.d.ts').Answer} answer */
const namesTheCause = ({ error }) => error?.code === 11_000;

/** @type {import('../case.d.ts').Case} */
export const swallowedDuplicateKey = {
  route: 'swallowed-duplicate-key',
  title: 'A duplicate key error is caught inside a transaction',
  harm: 'requests hung, or failed without a word of the duplicate key',
  short: 'requests hung, or misled',
  safe: 'refused, with the cause',
  rule: 'swallowed-error',
  seed: db => db.collection('customers').insertOne({ _id: 'ada' }),
  lanes: count => orders(count),
  expects: namesTheCause,
  audit: ({ answers }) => ({
    count: answers.filter(answer => !namesTheCause(answer)).length,
    of: answers.length,
  }),
};
