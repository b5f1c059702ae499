// @ts-check
import { acknowledgedButMissing } from '../orders.mjs';

const LANES = 10;

/** @type {import('../case.d.ts').Case} */
export const sharedSession = {
  route: 'shared-session',
  title: 'One session for all requests',
  harm: 'acknowledged reviews are not in the database',
  short: 'acknowledged reviews lost',
  safe: 'none lost',
  rule: 'shared-session',
  remedy: { options: { rules: { 'shared-session': 'error' } }, name: "as 'error'" },
  lanes: count => [
    declinedOrders(count / LANES),
    ...Array.from({ length: LANES }, (_, lane) => reviews(lane, count / LANES)),
  ],
  expects: answer => isRefused(answer) || answer.status === (isReview(answer) ? 201 : 402),
  audit: evidence =>
    acknowledgedButMissing({ ...evidence, answers: evidence.answers.filter(isReview) }, 'reviews'),
};

/** @param {number} count */
function declinedOrders(count) {
  return Array.from({ length: count }, (_, number) => {
    return { path: '/orders', body: { id: `order-${number}`, sku: 'pen', card: 'declined' } };
  });
}

/**
 * @param {number} lane
 * @param {number} count
 */
function reviews(lane, count) {
  return Array.from({ length: count }, (_, number) => {
    return { path: '/reviews', pauseMS: 10, body: { id: `review-${lane}-${number}`, sku: 'pen' } };
  });
}

/** @param {import('../case.d.ts').Answer} answer */
function isReview({ request }) {
  return request.path === '/reviews';
}

/**
 * By session-guard, not by a server that has lost track of the session.
 *
 * @param {import('../case.d.ts').Answer} answer
 */
function isRefused({ error }) {
  return String(error?.code).startsWith('ERR_SESSION_GUARD');
}
