import { born } from './born.ts';
import { header } from './header.ts';
import { indexOfTag } from './index-of-tag.ts';
import { scriptForEachLayout } from './script.ts';
import { storage } from './storage.ts';
import { time } from './time.ts';

/**
 * Keys: the new session, the index, the fence, the old session. Arguments: those of a new session, the old hash, the version, the
 * grace in milliseconds, the next of the old one, and the fields of the new one.
 */
export const rotateScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  born,
  `
local now = time()
local new = born(now)
local there = beginning(KEYS[1])
if there then
  if same(there, new) then
    return { whole(now), 'rotated', there }
  end
  return { whole(now), 'ended' }
end
local value, is_hash = beginning(KEYS[4])
local old = value and parse(value)
if not old or not live(old, now) or (old.next ~= '' and old.next ~= ARGV[17]) then
  return { whole(now), 'ended' }
end
if old.version ~= ARGV[15] then
  return { whole(now), 'conflict' }
end
if fenced(call('GET', KEYS[3]), new) then
  return { whole(now), 'ended' }
end

-- The new one first: a server that refuses to store it leaves the old one as it is.
local head = line(new)
-- Let pass when the memory is full, since it needs no more than before: a server refuses only the first write of a script.
call('ZREM', KEYS[2], '')
if new.expires > now then
  store_new(KEYS[1], new, head, 18)
  track(KEYS[2], ARGV[1], new.expires, now)
end
local grace = tonumber(ARGV[16])
if grace > 0 then
  old.version = whole(tonumber(old.version) + 1)
  old.expires = floor(min(old.expires, now + grace))
  old.idle = 0
  old.seen = whole(now)
  old.next = ARGV[17]
  put_header(KEYS[4], KEYS[2], ARGV[14], old, is_hash, now)
else
  forget(KEYS[4], KEYS[2], ARGV[14])
end
return { whole(now), 'rotated', head }
`,
);
