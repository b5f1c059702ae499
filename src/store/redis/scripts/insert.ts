import { born, header, index, time } from './header.ts';
import { scriptOf } from './script.ts';

/** Keys: the session, the index, the fence. Arguments: those of a new session, and its fields. */
export const insertScript = scriptOf(
  time,
  header,
  index,
  born,
  `
local now = time()
local h = born(now)
if redis.call('EXISTS', KEYS[1]) == 1 then
  local value = redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1])
  if value and string.sub(value, 1, 2) == '1|' and same(value, h) then
    return { whole(now), 'created', value }
  end
  return { whole(now), 'taken' }
end
local fence = redis.call('GET', KEYS[3])
if fenced(fence, h) then
  return { whole(now), 'fenced', fence }
end
local head = line(h)
keep(KEYS[1], KEYS[2], ARGV[1], h, head .. ARGV[14], now)
return { whole(now), 'created', head }
`,
);
