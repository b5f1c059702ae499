import { born } from './parts/born.ts';
import { header } from './parts/header.ts';
import { indexOfTag } from './parts/index-of-tag.ts';
import { scriptForEachLayout } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';

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
local new_key, index, fence, old_key = unpack(KEYS)
local new_hash, first_field = ARGV[1], 18
local old_hash, if_version, grace, next = unpack(ARGV, 14, 17)
local now = time()
local new = born(now)
local there = beginning(new_key)
if there then
  if same(there, new) then
    return { whole(now), 'rotated', there }
  end
  return { whole(now), 'ended' }
end
local value, is_hash = beginning(old_key)
local old = value and parse(value)
if not old or not live(old, now) or (old.next ~= '' and old.next ~= next) then
  return { whole(now), 'ended' }
end
if old.version ~= if_version then
  return { whole(now), 'conflict' }
end
if fenced(call('GET', fence), new) then
  return { whole(now), 'ended' }
end

-- The new one first: a server that refuses to store it leaves the old one as it is.
local head = line(new)
-- Let pass when the memory is full, since it needs no more than before: a server refuses only the first write of a script.
call('ZREM', index, '')
if new.expires > now then
  store_new(new_key, new, head, first_field)
  track(index, new_hash, new.expires, now)
end
grace = tonumber(grace)
if grace > 0 then
  old.version = whole(tonumber(old.version) + 1)
  old.expires = floor(min(old.expires, now + grace))
  old.idle = 0
  old.seen = whole(now)
  old.next = next
  put_header(old_key, index, old_hash, old, is_hash, now)
else
  forget(old_key, index, old_hash)
end
return { whole(now), 'rotated', head }
`,
);
