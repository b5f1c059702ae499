// @ts-check
// Requests and counts that several cases share.

/** @typedef {import('./case.d.ts').Request} Request */
/** @typedef {import('./case.d.ts').Evidence} Evidence */
/** @typedef {import('../service/types.d.ts').Shop} Shop */

const STOCK = 10;

/**
 * Concurrent orders, each for a different product, so that they do not conflict.
 *
 * @param {number} count
 * @param {object} [fields]
 * @returns {Request[][]}
 */
export function orders(count, fields = {}, path = '/orders') {
  return Array.from({ length: count }, (_, number) => {
    return [{ path, body: { id: `order-${number}`, sku: `sku-${number}`, ...fields } }];
  });
}

/**
 * @param {Shop} db
 * @param {number} count
 */
export function seedProducts(db, count) {
  const products = Array.from({ length: count }, (_, number) => ({ _id: `sku-${number}`, stock: STOCK }));
  return db.collection('products').insertMany(products);
}

/**
 * Acknowledged with 201, and not in the database.
 *
 * @param {Evidence} evidence
 * @param {string} [collection]
 */
export async function acknowledgedButMissing({ db, answers }, collection = 'orders') {
  const acknowledged = answers.filter(({ status }) => status === 201).flatMap(idOf);
  const stored = new Set((await db.collection(collection).find().toArray()).map(({ _id }) => _id));
  return { count: acknowledged.filter(id => !stored.has(id)).length, of: acknowledged.length };
}

/**
 * Refused, and the stock taken all the same.
 *
 * @param {Evidence} evidence
 */
export async function refusedButTaken({ db, answers }) {
  const refused = answers.filter(({ status }) => status === 402 || status === 500);
  const skus = refused.map(({ request }) => request.body?.['sku']);
  const count = await db
    .collection('products')
    .countDocuments({ _id: { $in: /** @type {string[]} */ (skus) }, stock: { $ne: STOCK } });
  return { count, of: refused.length };
}

/**
 * Acknowledged, and the stock not taken.
 *
 * @param {Evidence} evidence
 */
export async function acknowledgedButNotTaken({ db, answers }) {
  const acknowledged = answers.filter(({ status }) => status === 201);
  const skus = acknowledged.map(({ request }) => request.body?.['sku']);
  const count = await db
    .collection('products')
    .countDocuments({ _id: { $in: /** @type {string[]} */ (skus) }, stock: STOCK });
  return { count, of: acknowledged.length };
}

/** @param {import('./case.d.ts').Answer} answer */
function idOf({ request }) {
  return request.body === undefined ? [] : [request.body.id];
}
