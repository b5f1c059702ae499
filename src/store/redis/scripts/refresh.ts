import { beginning, header, index, time } from './header.ts';
import { scriptOf } from './script.ts';

/**
 * Keys: the session, the index. Arguments: the hash, below how many milliseconds the expiry moves. Only the header is read and
 * written: it is as long as before but for a change of a number's length.
 */
export const refreshScript = scriptOf(
  time,
  header,
  beginning,
  index,
  `
local now = time()
local value = beginning(KEYS[1])
if not value then
  return { whole(now), 'ended' }
end
local h = parse(value)
if h.next ~= '' or not live(h, now) then
  return { whole(now), 'ended' }
end
h.expires = refreshed(h, tonumber(ARGV[2]), now)
h.seen = whole(now)
local changed = line(h)
if #changed == h.fields - 1 then
  call('SETRANGE', KEYS[1], 0, changed)
  call('PEXPIREAT', KEYS[1], whole(h.expires - 1))
  track(KEYS[2], ARGV[1], h.expires, now)
else
  local rest = call('GETRANGE', KEYS[1], h.fields - 1, -1)
  keep(KEYS[1], KEYS[2], ARGV[1], h, changed, { rest }, now)
end
return { whole(now), 'refreshed', changed }
`,
);
