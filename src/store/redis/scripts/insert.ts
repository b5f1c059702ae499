import { born } from './parts/born.ts';
import { header } from './parts/header.ts';
import { indexOfTag } from './parts/index-of-tag.ts';
import { scriptForEachLayout } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';

/** Keys: the session, the index, the fence. Arguments: those of a new session, and its fields. */
export const insertScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  born,
  `
local key, index, fence_key = unpack(KEYS)
local hash, first_field = ARGV[1], 14
local now = time()
local h = born(now)
local fence = h.user ~= '' and call('GET', fence_key)
local shut = fenced(fence, h)
local head = line(h)
if not shut and h.expires > now and store_new(key, h, head, first_field) then
  track(index, hash, h.expires, now)
  return { whole(now), 'created', head }
end
if call('EXISTS', key) == 1 then
  local done, value = pcall(beginning, key)
  if done and value and sub(value, 1, 2) == '1|' and same(value, h) then
    return { whole(now), 'created', value }
  end
  return { whole(now), 'taken' }
end
if shut then
  return { whole(now), 'fenced', fence }
end
-- It was over before it began.
return { whole(now), 'created', head }
`,
);
