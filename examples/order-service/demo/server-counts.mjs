// @ts-check
/** @typedef {import('mongodb').MongoClient} MongoClient */

/**
 * Of the whole server, since it was started.
 *
 * @param {MongoClient} auditor
 */
export async function transactionsStarted(auditor) {
  const { transactions } = await auditor.db('admin').command({ serverStatus: 1 });
  return Number(transactions.totalStarted);
}

/**
 * Cursors that the server holds open for a database while nobody reads them.
 *
 * @param {MongoClient} auditor
 * @param {import('../service/types.d.ts').Shop} db
 */
export async function cursorsLeft(auditor, db) {
  const idle = await auditor
    .db('admin')
    .aggregate([{ $currentOp: { idleCursors: true } }, { $match: { type: 'idleCursor' } }])
    .toArray();
  return idle.filter(({ ns }) => String(ns).startsWith(`${db.databaseName}.`)).length;
}
