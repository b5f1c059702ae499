import { born, header, index, time } from './header.ts';
import { scriptOf } from './script.ts';

/** Keys: the session, the index, the fence. Arguments: those of a new session. */
export const insertScript = scriptOf(
  time,
  header,
  index,
  born,
  `
local now = time()
local h = born(now)
local fence = h.user ~= '' and call('GET', KEYS[3])
local shut = fenced(fence, h)
local head = line(h)
if not shut and h.expires > now and put(KEYS[1], head .. ARGV[14], { ARGV[15] }, 'PXAT', whole(h.expires - 1), 'NX') then
  track(KEYS[2], ARGV[1], h.expires, now)
  return { whole(now), 'created', head }
end
if call('EXISTS', KEYS[1]) == 1 then
  local value = call('TYPE', KEYS[1]).ok == 'string' and call('GET', KEYS[1])
  if value and sub(value, 1, 2) == '1|' and same(value, h) then
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
