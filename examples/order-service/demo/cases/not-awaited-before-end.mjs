// @ts-check
import { acknowledgedButMissing, orders } from '../orders.mjs';

/** @type {import('../case.d.ts').Case} */
export const notAwaitedBeforeEnd = {
  route: 'not-awaited-before-end',
  title: 'An insert that is not awaited before endSession()',
  harm: 'acknowledged orders are not in the database',
  short: 'acknowledged orders lost',
  safe: 'all there',
  rule: 'unawaited-operation',
  lanes: count => orders(count),
  expects: ({ status }) => status === 201,
  audit: evidence => acknowledgedButMissing(evidence),
};
