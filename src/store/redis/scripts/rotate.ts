import { born } from './parts/born.ts';
import { header } from './parts/header.ts';
import { userIndex } from './parts/user-index.ts';
import { scriptForEachLayout } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';

/**
 * Keys: the new session, the index, the revocation mark, the old session. Arguments: those of a new session, the version, the
 * grace in milliseconds, the successor of the old one, and the fields of the new one.
 */
export const rotateScript = scriptForEachLayout(
  time,
  header,
  userIndex,
  storage,
  born,
  `
local new_key, index, mark, old_key = unpack(KEYS)
local new_hash, old_hash = sub(new_key, #index + 2), sub(old_key, #index + 2)
local if_version, grace, successor = unpack(ARGV, 10, 12)
local first_field = 13
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
if not old or not live(old, now) or (old.successor ~= '' and old.successor ~= successor) then
  return { whole(now), 'ended' }
end
if old.version ~= if_version then
  return { whole(now), 'conflict' }
end
if revoked(call('GET', mark), new) then
  return { whole(now), 'ended' }
end

-- The new one first: a server that refuses to store it leaves the old one as it is.
local head = line(new)
-- Let pass when the memory is full, since it needs no more than before: a server refuses only the first write of a script.
call('ZREM', index, '')
if new.expires > now then
  store_new(new_key, new, head, first_field)
  track(index, new_hash, kept_until(new.expires, new.idle), now)
end
grace = tonumber(grace)
if grace > 0 then
  local before = kept_until(old.expires, old.idle)
  old.version = whole(tonumber(old.version) + 1)
  old.expires = floor(min(old.expires, now + grace))
  old.idle = 0
  old.seen = whole(now)
  old.successor = successor
  put_header(old_key, index, old_hash, old, is_hash, now, before)
else
  forget(old_key, index, old_hash)
end
return { whole(now), 'rotated', head }
`,
);
