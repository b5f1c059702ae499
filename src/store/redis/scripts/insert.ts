import { born } from './parts/born.ts';
import { header } from './parts/header.ts';
import { keptUntil, track, userIndex } from './parts/user-index.ts';
import { scriptForEachLayout } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';

/**
 * The usual case, before the functions that only the others need: a script creates its functions again in each run. The text of
 * the header is that of `line`.
 */
const usual = `
if ARGV[4] == 'now' and ARGV[7] == 'now' and not (KEYS[3] and redis.call('EXISTS', KEYS[3]) == 1) then
  local parts = redis.call('TIME')
  local seen = string.format('%s%03d', parts[1], parts[2] / 1000)
  local now = seen + 0
  local absolute = now + ARGV[3]
  local expires = math.min(now + ARGV[2], absolute)
  local authenticated = ARGV[8] == 'now' and seen or ARGV[8]
  local head = string.format(
    '%s%.0f|%.0f|%s|%s%s%s|%s%s\\n', ARGV[1], expires, absolute, ARGV[5], seen, ARGV[6], seen, authenticated, ARGV[9])
  local large = #ARGV[10] > 4096
  if expires > now and redis.call('SET', KEYS[1], large and head or head .. ARGV[10], 'PXAT', expires - 1, 'NX') then
    if large then
      redis.call('APPEND', KEYS[1], ARGV[10])
    end
    ${keptUntil}
    ${track}
    track(KEYS[2], string.sub(KEYS[1], #KEYS[2] + 2), kept_until(expires, ARGV[5] + 0), now)
    return now
  end
end
`;

/**
 * Keys: the session, the index, and for the session of a user the revocation mark. Arguments: those of a new session, and its
 * fields. Returns only the time where all is as usual.
 */
export const insertScript = scriptForEachLayout(
  { string: usual, hash: '' },
  time,
  header,
  userIndex,
  storage,
  born,
  `
local key, index, mark_key = unpack(KEYS)
local hash, first_field = sub(key, #index + 2), 10
local now = time()
local h = born(now)
local mark = mark_key and call('GET', mark_key)
local is_revoked = revoked(mark, h)
local head = line(h)
if not is_revoked and h.expires > now and store_new(key, h, head, first_field) then
  track(index, hash, kept_until(h.expires, h.idle), now)
  return { whole(now), 'created', head }
end
if call('EXISTS', key) == 1 then
  local done, value = pcall(beginning, key)
  if done and value and sub(value, 1, 2) == '1|' and same(value, h) then
    return { whole(now), 'created', value }
  end
  return { whole(now), 'taken' }
end
if is_revoked then
  return { whole(now), 'revoked', mark }
end
-- It was over before it began.
return { whole(now), 'created', head }
`,
);
