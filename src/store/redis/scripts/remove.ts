import { header, index, time } from './header.ts';
import { scriptOf } from './script.ts';

/**
 * Keys: the session, the index, and a note of the removal. Argument: the hash. Without the note, what has a `next` is only told,
 * and stays: with it, a removal that a client sends twice is known again. A header that cannot be read has no `next`.
 */
export const removeScript = scriptOf(
  time,
  header,
  index,
  `
local now = time()
local value = redis.call('GET', KEYS[1])
local note = KEYS[3]
if value and not note and string.find(value, '^1|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]*|[^|\\n]') then
  return { whole(now), 'has next', value }
end
forget(KEYS[1], KEYS[2], ARGV[1])
if not value then
  return { whole(now), note and redis.call('EXISTS', note) == 1 and 'removed before' or 'none' }
end
if note then
  redis.call('SET', note, '', 'PX', 60000)
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
