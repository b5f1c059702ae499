import { born } from './born.ts';
import { header } from './header.ts';
import { indexOfTag } from './index-of-tag.ts';
import { scriptForEachLayout } from './script.ts';
import { storage } from './storage.ts';
import { time } from './time.ts';

/** Keys: the session, the index, the fence. Arguments: those of a new session, and its fields. */
export const insertScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  born,
  `
local now = time()
local h = born(now)
local fence = h.user ~= '' and call('GET', KEYS[3])
local shut = fenced(fence, h)
local head = line(h)
if not shut and h.expires > now and store_new(KEYS[1], h, head, 14) then
  track(KEYS[2], ARGV[1], h.expires, now)
  return { whole(now), 'created', head }
end
if call('EXISTS', KEYS[1]) == 1 then
  local done, value = pcall(beginning, KEYS[1])
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
