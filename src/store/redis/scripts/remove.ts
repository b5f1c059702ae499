import { header, index, time } from './header.ts';
import { scriptOf } from './script.ts';

/**
 * Keys: the session, the index. Arguments: the hash, and `1` if what has a `next` is only told, and stays.
 * A header that cannot be read has none.
 */
export const removeScript = scriptOf(
  time,
  header,
  index,
  `
local now = time()
local value = redis.call('GET', KEYS[1])
if value and ARGV[2] == '1' and string.find(value, '^1|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]') then
  return { whole(now), 'has next', value }
end
forget(KEYS[1], KEYS[2], ARGV[1], now)
if not value then
  return { whole(now), 'none' }
end
return { whole(now), live(parse(value), now) and 'live' or 'over', value }
`,
);

/** Key: the index. Argument: the hash. */
export const removeFromIndexScript = scriptOf(
  time,
  `
redis.call('ZREM', KEYS[1], ARGV[1])
return { whole(time()) }
`,
);
