import { header } from './parts/header.ts';
import { indexOfTag } from './parts/index-of-tag.ts';
import { scriptForEachLayout, scriptOf } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';

/**
 * Keys: the session, the index. Arguments: the hash, and `any`; without `any`, a session with a `next` is only returned, and
 * stays. A header that cannot be read has no `next`.
 */
export const removeScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  String.raw`
local key, index = unpack(KEYS)
local hash, which = unpack(ARGV)
local now = time()
local value = beginning(key)
local has_next = value and find(value, '^1|[^|\n]*|[^|\n]*|[^|\n]*|[^|\n]*|[^|\n]*|[^|\n]')
if not has_next or which == 'any' then
  forget(key, index, hash)
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
local index, hash = KEYS[1], ARGV[1]
call('ZREM', index, hash)
return { whole(time()) }
`,
);
