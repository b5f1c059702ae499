import { header } from './parts/header.ts';
import { userIndex } from './parts/user-index.ts';
import { scriptForEachLayout } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';

/** Keys: the session, the index. */
export const refreshScript = scriptForEachLayout(
  time,
  header,
  userIndex,
  storage,
  `
local key, index = unpack(KEYS)
local hash = sub(key, #index + 2)
local now = time()
local value, is_hash = beginning(key)
local h = value and parse(value)
if not h or h.successor ~= '' or not live(h, now) then
  return { whole(now), 'ended' }
end
local before = kept_until(h.expires, h.idle)
h.expires = refreshed(h, now)
h.seen = whole(now)
return { whole(now), 'refreshed', put_header(key, index, hash, h, is_hash, now, before) }
`,
);
