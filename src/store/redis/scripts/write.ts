import { header } from './header.ts';
import { indexOfTag } from './index-of-tag.ts';
import { scriptForEachLayout } from './script.ts';
import { storage } from './storage.ts';
import { time } from './time.ts';
import { writeHash } from './write-hash.ts';
import { writeString } from './write-string.ts';

/**
 * Keys: the session, the index. Arguments: hash, ifVersion, knownVersion, idleMS, endsInMS, user, next, replace, how
 * many names to remove, those, and entries and texts of the fields to set. An empty one is none; the next `-` takes the present one
 * away.
 */
export const writeScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  writeString,
  writeHash,
  `
local function all_of(is_hash)
  return call(is_hash and 'HGETALL' or 'GET', KEYS[1])
end

local now = time()
local value, is_hash = beginning(KEYS[1])
local h = value and parse(value)
if not h then
  return { whole(now), 'ended' }
end
if not live(h, now) then
  return { whole(now), 'ended', value }
end
local next = ARGV[7]
if h.next ~= '' and next ~= '-' and next ~= h.next then
  return { whole(now), 'rotated', value }
end
if ARGV[2] ~= '' and ARGV[2] ~= h.version then
  return { whole(now), 'conflict', all_of(is_hash) }
end

local known = h.version == ARGV[3]
local before = h.expires
if ARGV[4] ~= '' then
  h.idle = tonumber(ARGV[4])
  h.expires = min(now + h.idle, h.absolute)
elseif ARGV[5] == '' then
  h.expires = refreshed(h, now)
end
-- No use moves its expiry any more, which an idle time of 0 marks.
if ARGV[5] ~= '' then
  h.expires = min(h.expires, now + tonumber(ARGV[5]))
  h.idle = 0
end
h.expires = floor(h.expires)
h.version = whole(tonumber(h.version) + 1)
h.seen = whole(now)
if ARGV[6] ~= '' then
  h.user = ARGV[6]
end
if next == '-' then
  h.next = ''
elseif next ~= '' then
  h.next = next
end

local head, replace, over = line(h), ARGV[8] == '1', nil
-- What ends is let pass when the memory is full: a server refuses only the first write of a script.
if ARGV[5] ~= '' and ARGV[6] == '' and next ~= '' then
  call('ZREM', KEYS[2], '')
end
if is_hash then
  write_hash(KEYS[1], head, replace, whole(before - 1))
else
  over = write_string(KEYS[1], h, head, value, replace, now)
end
local answer = known and { whole(now), 'written', head } or { whole(now), 'written over', over or all_of(is_hash) }
if h.expires <= now then
  forget(KEYS[1], KEYS[2], ARGV[1])
elseif h.expires ~= before then
  call('PEXPIREAT', KEYS[1], end_of(h))
  track(KEYS[2], ARGV[1], h.expires, now)
end
return answer
`,
);
