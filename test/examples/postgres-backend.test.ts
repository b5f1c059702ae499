import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresBackend } from '../../examples/postgres-backend/postgres-backend.mjs';
import { cleanUp } from '../../examples/postgres-backend/schema.mjs';
import { sessionStore } from '../../src/store/index.ts';
import { sessionStoreContract } from '../../src/testing/store/index.ts';
import { postgresUrl } from '../setup/servers.ts';
import { agePostgres } from '../store/support/age.ts';
import { contractTimeoutMS, raceCount } from '../support/race-count.ts';

const schema = `sessions_${randomUUID().replaceAll('-', '')}`;
const pools: Pool[] = [];
let url = '';

function aPool(): Pool {
  const pool = new Pool({ connectionString: url, max: 10, options: `-c search_path=${schema}` });
  pools.push(pool);
  return pool;
}

beforeAll(async () => {
  url = await postgresUrl();
  await aPool().query(`create schema ${schema}`);
});

afterAll(async () => {
  await Promise.all(pools.map(pool => pool.end()));
});

async function dump(): Promise<string> {
  const { rows } = await aPool().query('select * from user_sessions');
  return JSON.stringify(rows);
}

describe('The back end of the guide passes:', () => {
  const cases = sessionStoreContract({
    backend: () => postgresBackend(aPool()),
    dump,
    age: ms => agePostgres(pools[0] ?? aPool(), ms),
    races: raceCount(20),
  });
  for (const { title, run } of cases) test(title, run, contractTimeoutMS);
});

test('An expired session stays in the table until it is deleted, but is not read.', async () => {
  const pool = aPool();
  const store = sessionStore(postgresBackend(pool), {
    keys: { tag: ['a secret of at least 32 random bytes'] },
    timeoutMS: 60_000,
  });
  const short = await store.create({}, { user: 'the cleaner', idleSeconds: 0.05 });
  const long = await store.create({}, { user: 'the cleaner' });
  await pool.query('select pg_sleep(0.1)');
  const count = async () =>
    (await pool.query('select from user_sessions where owner = $1', ['"the cleaner"'])).rowCount;
  expect([await store.get(short.id), await count()]).toEqual([null, 2]);
  await pool.query(cleanUp);
  expect([await store.get(long.id), await count()]).toEqual([expect.objectContaining({ id: long.id }), 1]);
});

test('A transaction that comes too late is rolled back.', async () => {
  const backend = postgresBackend(aPool());
  const store = sessionStore(backend, {
    keys: { tag: ['a secret of at least 32 random bytes'] },
    setUp: false,
    timeoutMS: 60_000,
  });
  const session = await store.create({ a: 1 });
  const [userKey = ''] = session.id.split('.');
  const { headers } = await backend.list(userKey, { signal: new AbortController().signal });
  const [key] = headers;
  expect(key).toBeDefined();
  if (key === undefined) return;
  await expect(backend.refresh(key, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  expect((await store.get(session.id, { refresh: false }))?.expiresAt).toBe(session.expiresAt);
});
