import type { Collection } from 'mongodb';
import type { Pool } from 'pg';

/*
 * Real servers have clocks of their own. Weeks pass for what they store when so much is taken off each stored time, as it would
 * look after them.
 */

/** The times of a MongoDB document that a session lives by. */
const times = ['c', 'r', 'a', 'e', 'x', 's'] as const;

export async function ageMongo(collection: Collection, ms: number): Promise<void> {
  const older = Object.fromEntries(
    times.map(name => [
      name,
      { $cond: [{ $eq: [{ $type: `$${name}` }, 'date'] }, earlier(`$${name}`, ms), '$$REMOVE'] },
    ]),
  );
  await collection.updateMany({}, [{ $set: older }]);
}

function earlier(path: string, ms: number): object {
  return { $subtract: [path, ms] };
}

/** Sessions of both layouts, and the indexes they are in. Arguments: the prefix of the keys, milliseconds. */
const ageRedisScript = `
local gone = tonumber(ARGV[2])
local parts = redis.call('TIME')
local now = parts[1] * 1000 + math.floor(parts[2] / 1000)
local older = function(number) return string.format('%.0f', tonumber(number) - gone) end
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. 's:*')) do
  local is_hash = redis.call('TYPE', key).ok == 'hash'
  local value = is_hash and redis.call('HGET', key, '|') or redis.call('GET', key)
  local version, expires, absolute, idle, seen, rest = string.match(value, '^1|(%d+)|(%d+)|(%d+)|(%d+)|(%d+)|(.*)$')
  rest = string.gsub(rest, '^([^|]*|[^|]*|[^|]*|[^|]*|)(%d+)|(%d*)(|[^|\\n]*)|?(%d*)\\n', function(before, created, authenticated, device, renewed)
    local parts = { older(created), authenticated == '' and '' or older(authenticated) }
    return before .. parts[1] .. '|' .. parts[2] .. device .. (renewed == '' and '' or '|' .. older(renewed)) .. '\\n'
  end)
  local aged = '1|' .. version .. '|' .. older(expires) .. '|' .. older(absolute) .. '|' .. idle .. '|' .. older(seen) .. '|' .. rest
  local user_key, hash = string.match(key, '{(.*)}:(.*)$')
  local index = ARGV[1] .. 'u:{' .. user_key .. '}'
  if expires - gone <= now then
    redis.call('DEL', key)
  else
    if is_hash then redis.call('HSET', key, '|', aged) else redis.call('SET', key, aged, 'KEEPTTL') end
    redis.call('PEXPIREAT', key, older(expires - 1))
  end
  -- The index keeps a session a little longer, see user-index.ts.
  local step = tonumber(idle) < 60000 and 1 or math.min(math.floor(idle / 6), 300000)
  redis.call('ZADD', index, 'XX', string.format('%.0f', math.ceil((expires - gone) / step) * step), hash)
end
return 1
`;

/** Of one server, not of a cluster. */
export async function ageRedis(
  evaluate: (script: string, args: readonly string[]) => Promise<unknown>,
  keyPrefix: string,
  ms: number,
): Promise<void> {
  await evaluate(ageRedisScript, [keyPrefix, String(ms)]);
}

interface Stored {
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly absoluteEnd: number;
  readonly seenAt: number;
}

/** Those of the guide's back end, of one user or of nobody. */
export async function agePostgres(pool: Pool, ms: number): Promise<void> {
  const { rows } = await pool.query<{ user_key: string; hash: string; record: string }>(
    'select * from user_sessions',
  );
  for (const { user_key: userKey, hash, record } of rows) {
    const stored = JSON.parse(record) as Stored;
    const aged = {
      ...stored,
      createdAt: stored.createdAt - ms,
      expiresAt: stored.expiresAt - ms,
      absoluteEnd: stored.absoluteEnd - ms,
      seenAt: stored.seenAt - ms,
    };
    await pool.query('update user_sessions set ends_at = $3, record = $4 where user_key = $1 and hash = $2', [
      userKey,
      hash,
      aged.expiresAt,
      JSON.stringify(aged),
    ]);
  }
}
