import { header } from './parts/header.ts';
import { indexOfTag } from './parts/index-of-tag.ts';
import { scriptForEachLayout } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';
import { writeHash, writeString } from './parts/write-fields.ts';

/**
 * Keys: the session, the index. Arguments: hash, ifVersion, knownVersion, idleMS, endsInMS, user, next, replace, authenticated,
 * how many names to remove, these names, and entries and texts of the fields to set. An empty argument means none; the next `-`
 * removes the current one.
 */
export const writeScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  writeString,
  writeHash,
  `
local key, index = unpack(KEYS)
local hash, if_version, known_version, idle, ends_in, user, next, replace, authenticated = unpack(ARGV, 1, 9)
local first_field = 10

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
if h.next ~= '' and next ~= '-' and next ~= h.next then
  return { whole(now), 'rotated', value }
end
if if_version ~= '' and if_version ~= h.version then
  return { whole(now), 'conflict', all_of(is_hash) }
end

local known = h.version == known_version
local before = h.expires
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
if next == '-' then
  h.next = ''
elseif next ~= '' then
  h.next = next
end

replace = replace == '1'
local head, over = line(h), nil
-- What ends is let pass when the memory is full: a server refuses only the first write of a script.
if ends_in ~= '' and user == '' and next ~= '' then
  call('ZREM', index, '')
end
if is_hash then
  write_hash(key, head, replace, whole(before - 1), first_field)
else
  over = write_string(key, h, head, value, replace, now, first_field)
end
local answer = known and { whole(now), 'written', head } or { whole(now), 'written over', over or all_of(is_hash) }
if h.expires <= now then
  forget(key, index, hash)
elseif h.expires ~= before then
  call('PEXPIREAT', key, end_of(h))
  track(index, hash, h.expires, now)
end
return answer
`,
);
