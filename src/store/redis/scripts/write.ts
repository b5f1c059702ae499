import { header } from './parts/header.ts';
import { keptUntil, track, userIndex } from './parts/user-index.ts';
import { scriptForEachLayout } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';
import { wantedFields, writeHash, writeString } from './parts/write-fields.ts';

/**
 * The usual case, before the functions that only the others need: the session is as the caller knows it, so that its new value
 * is known, too, but for the time.
 */
const usual = `
local known = ARGV[1]
if known ~= '' and redis.pcall('GETRANGE', KEYS[1], 0, #known - 1) == known then
  local parts = redis.call('TIME')
  local seen = string.format('%s%03d', parts[1], parts[2] / 1000)
  local now, before, idle = seen + 0, ARGV[2] + 0, ARGV[3] + 0
  if now < before then
    local expires = math.max(before, math.min(now + idle, ARGV[4] + 0))
    local head = string.format('%s%.0f|%s|%s|%s', ARGV[5], expires, ARGV[4], ARGV[3], seen)
    local large = #ARGV[6] > 4096
    redis.call('SET', KEYS[1], large and head or head .. ARGV[6], 'PXAT', expires - 1)
    if large then
      redis.call('APPEND', KEYS[1], ARGV[6])
    end
    ${keptUntil}
    local kept = kept_until(expires, idle)
    if kept ~= kept_until(before, idle) then
      ${track}
      track(KEYS[2], string.sub(KEYS[1], #KEYS[2] + 2), kept, now)
    end
    return now
  end
end
`;

/**
 * Keys: the session, the index. Arguments: those of `changeArguments`. In the plan an empty part means none; the successor `-`
 * removes the current one. Returns only the time where all is as usual.
 */
export const writeScript = scriptForEachLayout(
  { string: usual, hash: '' },
  time,
  header,
  userIndex,
  storage,
  wantedFields,
  writeString,
  writeHash,
  String.raw`
local key, index = unpack(KEYS)
local hash = sub(key, #index + 2)
local if_version, known_version, idle, ends_in, user, successor, replace, authenticated, chosen =
  match(ARGV[7], '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)$')

local function all_of(is_hash)
  return call(is_hash and 'HGETALL' or 'GET', key)
end

local now = time()
local value, is_hash = beginning(key)
local h = value and parse(value)
if not h then
  return { whole(now), 'ended' }
end
if not live(h, now) then
  return { whole(now), 'ended', value }
end
if h.successor ~= '' and successor ~= '-' and successor ~= h.successor then
  return { whole(now), 'rotated', value }
end
if if_version ~= '' and if_version ~= h.version then
  return { whole(now), 'conflict', all_of(is_hash) }
end

local known = h.version == known_version
local before, kept_before = h.expires, kept_until(h.expires, h.idle)
if idle ~= '' then
  h.idle = tonumber(idle)
  h.expires = min(now + h.idle, h.absolute)
elseif ends_in == '' then
  h.expires = refreshed(h, now)
end
-- No use moves its expiry any more, which an idle time of 0 marks.
if ends_in ~= '' then
  h.expires = min(h.expires, now + tonumber(ends_in))
  h.idle = 0
end
h.expires = floor(h.expires)
h.version = whole(tonumber(h.version) + 1)
h.seen = whole(now)
if user ~= '' then
  h.user = user
end
if authenticated == '1' then
  local created, others = match(h.rest, '^([^|]*)|[^|]*(.*)$')
  h.rest = created .. '|' .. h.seen .. others
end
if successor == '-' then
  h.successor = ''
elseif successor ~= '' then
  h.successor = successor
end

replace = replace == '1'
local head, over = line(h), nil
-- What ends is let pass when the memory is full: a server refuses only the first write of a script.
if ends_in ~= '' and user == '' and successor ~= '' then
  call('ZREM', index, '')
end
local wanted = wanted_fields(ARGV[6], chosen)
if is_hash then
  write_hash(key, head, replace, whole(before - 1), wanted)
else
  over = write_string(key, h, head, value, replace, now, wanted)
end
local answer = known and { whole(now), 'written', head } or { whole(now), 'written over', over or all_of(is_hash) }
if h.expires <= now then
  forget(key, index, hash)
elseif h.expires ~= before then
  call('PEXPIREAT', key, end_of(h))
end
if h.expires > now then
  track_if_moved(index, hash, kept_before, h, now)
end
return answer
`,
);
