/**
 * @import { Call } from 'session-guard/store'
 * @import { Pool, PoolClient } from 'pg'
 */

/**
 * Does some work in a transaction. After the deadline nothing is committed, because the caller got an error.
 * @template R
 * @param {Pool} pool
 * @param {Call} call
 * @param {(client: PoolClient) => Promise<R>} work
 * @returns {Promise<R>}
 */
export async function inTransaction(pool, { signal }, work) {
  const client = await pool.connect();
  let broken = false;
  try {
    signal.throwIfAborted();
    await client.query('begin');
    const result = await work(client);
    signal.throwIfAborted();
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is closed, and the server rolls back.
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
