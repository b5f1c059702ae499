// @ts-check
import { acknowledgedButMissing, orders } from '../orders.mjs';

/** @type {import('../case.d.ts').Case} */
export const endSessionInCallback = {
  route: 'end-session-in-callback',
  title: 'endSession() inside the transaction callback',
  harm: 'acknowledged orders are not in the database',
  short: 'acknowledged orders lost',
  safe: 'refused, with the reason',
  rule: 'manual-end-in-helper',
  lanes: count => orders(count),
  expects: ({ error }) => error?.code === 'ERR_SESSION_GUARD_ENDED_IN_HELPER',
  audit: evidence => acknowledgedButMissing(evidence),
};
