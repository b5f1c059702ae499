import { header } from './header.ts';
import { indexOfTag } from './index-of-tag.ts';
import { scriptForEachLayout, scriptOf } from './script.ts';
import { storage } from './storage.ts';
import { time } from './time.ts';

/**
 * Keys: the session, the index. Arguments: the hash, and `any`, or else what has a `next` is only told, and stays. A header that
 * cannot be read has no `next`.
 */
export const removeScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  `
local now = time()
local value = beginning(KEYS[1])
local has_next = value and find(value, '^1|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]')
if not has_next or ARGV[2] == 'any' then
  forget(KEYS[1], KEYS[2], ARGV[1])
end
if not value then
  return { whole(now), 'none' }
end
local h = parse(value)
return { whole(now), live(h, now) and 'live' or 'over', sub(value, 1, h.fields - 1) }
`,
);

/** Key: the index. Argument: the hash. */
export const removeFromIndexScript = scriptOf(
  time,
  `
call('ZREM', KEYS[1], ARGV[1])
return { whole(time()) }
`,
);
