import { bornAt, changedAt, isLive, isRevoked, refreshedAt, refusalOf } from 'session-guard/store';
import { markOf, ownerOf, recordOf, rowOf } from './rows.mjs';
import { clock, schema } from './schema.mjs';
import { inTransaction } from './transaction.mjs';

/**
 * @import { Call, Change, Inserted, NewRevocationMark, NewSession, Removable, SessionBackend, SessionKey, SessionRecord, Written } from 'session-guard/store'
 * @import { Pool, PoolClient } from 'pg'
 */

/** @implements {SessionBackend} */
class PostgresBackend {
  name = 'PostgreSQL';
  #pool;

  /** @param {Pool} pool */
  constructor(pool) {
    this.#pool = pool;
  }

  setUpCommands() {
    return schema;
  }

  async setUp() {
    // Two that make the same table at once get in each other's way: they take turns.
    await this.#pool.query(`begin; select pg_advisory_xact_lock(8713200418); ${schema} commit;`);
  }

  /** @param {readonly SessionKey[]} keys */
  async read(keys) {
    const wanted = [keys.map(({ userKey }) => userKey), keys.map(({ hash }) => hash)];
    const { rows } = await this.#pool.query(
      `select *, ${clock} as now from user_sessions
       where (user_key, hash) in (select * from unnest($1::text[], $2::text[]))`,
      wanted,
    );
    const found = new Map(rows.map(row => [row.user_key + row.hash, row]));
    return keys.map(({ userKey, hash }) => {
      const row = found.get(userKey + hash);
      return row && { record: recordOf(row), now: row.now };
    });
  }

  /**
   * @param {NewSession} session
   * @param {Call} call
   * @returns {Promise<Inserted>}
   */
  insert(session, call) {
    return inTransaction(this.#pool, call, async client => {
      // `endAll` takes it, too: either it is done before, and its mark is seen, or it comes after, and sees the session.
      await lock(client, session.userKey);
      const { mark, latest } = await markAt(client, session.userKey);
      if (mark && isRevoked(mark, session)) return { outcome: 'revoked', mark };
      const record = bornAt(session, latest);
      const { rowCount } = await client.query(
        'insert into user_sessions (user_key, hash, owner, ends_at, record) values ($1, $2, $3, $4, $5) on conflict do nothing',
        rowOf(record),
      );
      return rowCount === 0 ? { outcome: 'taken' } : { outcome: 'created', header: record };
    });
  }

  /**
   * @param {SessionKey} key
   * @param {Call} call
   */
  refresh(key, call) {
    return this.#changing(key, call, async (client, record, now) => {
      if (record?.successor || !record || !isLive(record, now)) return undefined;
      return update(client, { ...record, ...refreshedAt(record, now) });
    });
  }

  /**
   * @param {SessionKey} key
   * @param {Change} change
   * @param {Call} call
   * @returns {Promise<Written>}
   */
  write(key, change, call) {
    return this.#changing(key, call, async (client, record, now) => {
      const refusal = refusalOf(record, change, now);
      if (refusal || !record) return refusal ?? { outcome: 'ended', header: undefined };
      const header = await update(client, changedAt(record, change, now));
      return { outcome: 'written', header, fields: header.fields };
    });
  }

  /**
   * @param {SessionKey} key
   * @param {Removable} which
   * @param {Call} call
   */
  remove({ userKey, hash }, which, call) {
    return this.#changing({ userKey, hash }, call, async (client, record, now) => {
      if (!record) return undefined;
      if (!record.successor || which === 'always')
        await client.query('delete from user_sessions where user_key = $1 and hash = $2', [userKey, hash]);
      return { header: record, live: isLive(record, now) };
    });
  }

  /** @param {string} userKey */
  async list(userKey) {
    const { rows } = await this.#pool.query(
      `select own.*, ${clock} as now from (values (1)) as one left join user_sessions as own on own.user_key = $1`,
      [userKey],
    );
    const headers = rows.filter(row => row.hash !== null).map(recordOf);
    return { headers, now: Math.max(...rows.map(row => row.now)) };
  }

  /** @param {string} userKey */
  readRevocationMark(userKey) {
    return markAt(this.#pool, userKey);
  }

  /**
   * @param {string} userKey
   * @param {string} user
   * @param {NewRevocationMark} mark
   * @param {Call} call
   */
  endAll(userKey, user, { epoch, except, lifeMS }, call) {
    return inTransaction(this.#pool, call, async client => {
      await lock(client, userKey);
      await client.query(
        `insert into user_revocation_marks values ($1, $2, $3, ${clock}, ${clock} + $4)
         on conflict (user_key) do update set epoch = excluded.epoch, except_handle = excluded.except_handle,
           set_at = excluded.set_at, ends_at = excluded.ends_at`,
        [userKey, epoch, except ?? null, lifeMS],
      );
      const { rows } = await client.query(
        `delete from user_sessions where user_key = $1 and owner = $2
           and ($3::text is null or (record::json ->> 'handle') <> $3) returning *`,
        [userKey, ownerOf(user), except ?? null],
      );
      return rows.map(recordOf);
    });
  }

  /**
   * Locks the row of a session, so that it cannot change between the decision and the write.
   * @template R
   * @param {SessionKey} key
   * @param {Call} call
   * @param {(client: PoolClient, record: SessionRecord | undefined, now: number) => Promise<R>} work
   */
  #changing({ userKey, hash }, call, work) {
    return inTransaction(this.#pool, call, async client => {
      // The time is taken outside of the locked part: after the wait for the lock.
      const { rows } = await client.query(
        `with own as materialized (select * from user_sessions where user_key = $1 and hash = $2 for update)
         select *, ${clock} as now from own`,
        [userKey, hash],
      );
      const [row] = rows;
      return work(client, row && recordOf(row), row?.now ?? 0);
    });
  }
}

/**
 * @param {PoolClient} client
 * @param {string} userKey
 */
async function lock(client, userKey) {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [userKey]);
}

/**
 * @param {Pool | PoolClient} client
 * @param {string} userKey
 */
async function markAt(client, userKey) {
  const { rows } = await client.query(
    `select mark.*, t.now from (select ${clock} as now) as t
     left join user_revocation_marks as mark on mark.user_key = $1 and t.now < mark.ends_at`,
    [userKey],
  );
  const [row] = rows;
  return { mark: markOf(row), earliest: row.now, latest: row.now };
}

/**
 * @param {PoolClient} client
 * @param {SessionRecord} record
 */
async function update(client, record) {
  await client.query(
    'update user_sessions set owner = $3, ends_at = $4, record = $5 where user_key = $1 and hash = $2',
    rowOf(record),
  );
  return record;
}

/**
 * Sessions in PostgreSQL.
 * @param {Pool} pool give it `connectionTimeoutMillis` and `statement_timeout`, so that nothing of it outlives its deadline by far
 * @returns {SessionBackend}
 */
export function postgresBackend(pool) {
  return new PostgresBackend(pool);
}
