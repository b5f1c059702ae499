import { header } from './header.ts';
import { indexOfTag } from './index-of-tag.ts';
import { scriptForEachLayout } from './script.ts';
import { storage } from './storage.ts';
import { time } from './time.ts';

/** Keys: the session, the index. Argument: the hash. */
export const refreshScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  `
local now = time()
local value, is_hash = beginning(KEYS[1])
local h = value and parse(value)
if not h or h.next ~= '' or not live(h, now) then
  return { whole(now), 'ended' }
end
h.expires = refreshed(h, now)
h.seen = whole(now)
return { whole(now), 'refreshed', put_header(KEYS[1], KEYS[2], ARGV[1], h, is_hash, now) }
`,
);
