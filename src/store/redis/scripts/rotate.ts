import { born, header, index, time } from './header.ts';
import { scriptOf } from './script.ts';

/**
 * Keys: the new session, the index, the fence, the old session. Arguments: those of a new session, the old hash, the
 * version, the grace in milliseconds, the next of the old one.
 */
export const rotateScript = scriptOf(
  time,
  header,
  index,
  born,
  `
local now = time()
local new = born(now)
local there = call('GET', KEYS[1])
if there then
  if same(there, new) then
    return { whole(now), 'rotated', there }
  end
  return { whole(now), 'ended' }
end
local value = call('GET', KEYS[4])
local old = value and parse(value)
if not old or not live(old, now) or (old.next ~= '' and old.next ~= ARGV[19]) then
  return { whole(now), 'ended' }
end
if old.version ~= ARGV[17] then
  return { whole(now), 'conflict' }
end
if fenced(call('GET', KEYS[3]), new) then
  return { whole(now), 'ended' }
end

local grace = tonumber(ARGV[18])
if grace > 0 then
  old.version = whole(tonumber(old.version) + 1)
  old.expires = floor(min(old.expires, now + grace))
  old.idle = 0
  old.seen = whole(now)
  old.next = ARGV[19]
  keep(KEYS[4], KEYS[2], ARGV[16], old, line(old), { sub(value, old.fields) }, now)
else
  call('DEL', KEYS[4])
  call('ZREM', KEYS[2], ARGV[16])
end
local head = line(new)
keep(KEYS[1], KEYS[2], ARGV[1], new, head .. ARGV[14], { ARGV[15] }, now)
return { whole(now), 'rotated', head }
`,
);
