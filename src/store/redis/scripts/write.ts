import { header, index, time } from './header.ts';
import { scriptOf } from './script.ts';

/** Puts whole fields in the place of others, whatever is in them. Arguments from `from` on: names to remove, then names and fields. */
const merge = `
local function merge(head, value, at, from)
  local drop, put, out = {}, {}, { head }
  local sets = from + 1 + tonumber(ARGV[from])
  for i = from + 1, sets - 1 do
    drop[ARGV[i]] = true
  end
  for i = sets, #ARGV, 2 do
    put[ARGV[i]] = ARGV[i + 1]
  end
  local same = at
  while at <= #value do
    local first, last, name, text = string.find(value, '^(%d+),(%d+)[,%d]*;', at)
    if not first then
      error({ err = 'UNREADABLE not a session of this version' })
    end
    local stop = last + name + text + 1
    name = string.sub(value, last + 1, last + name)
    if put[name] or drop[name] then
      out[#out + 1] = string.sub(value, same, at - 1)
      if not drop[name] then
        out[#out + 1] = put[name]
        put[name] = nil
      end
      same = stop
    end
    at = stop
  end
  out[#out + 1] = string.sub(value, same)
  for i = sets, #ARGV, 2 do
    out[#out + 1] = put[ARGV[i]]
  end
  return table.concat(out)
end
`;

/**
 * Keys: the session, the index. Arguments: hash, refreshBelowMS, ifVersion, knownVersion, idleMS, endsInMS, user, next, replace, how
 * many names to remove, those, and names and fields to set. An empty one is none; the next `-` takes the present one away.
 */
export const writeScript = scriptOf(
  time,
  header,
  index,
  merge,
  `
local now = time()
local value = redis.call('GET', KEYS[1])
if not value then
  return { whole(now), 'ended' }
end
local h = parse(value)
if not live(h, now) then
  return { whole(now), 'ended', value }
end
local next = ARGV[8]
if h.next ~= '' and next ~= '-' and next ~= h.next then
  return { whole(now), 'rotated', value }
end
if ARGV[3] ~= '' and ARGV[3] ~= h.version then
  return { whole(now), 'conflict', value }
end

local known = h.version == ARGV[4]
if ARGV[5] ~= '' then
  h.idle = tonumber(ARGV[5])
  h.expires = math.min(now + h.idle, h.absolute)
else
  h.expires = refreshed(h, tonumber(ARGV[2]), now)
end
-- What is left of a session is a pointer, which an idle time of 0 marks.
if ARGV[6] ~= '' then
  h.expires = math.min(h.expires, now + tonumber(ARGV[6]))
  h.idle = 0
end
h.expires = math.floor(h.expires)
h.version = whole(tonumber(h.version) + 1)
h.seen = whole(now)
if ARGV[7] ~= '' then
  h.user = ARGV[7]
end
if next == '-' then
  h.next = ''
elseif next ~= '' then
  h.next = next
end

local head = line(h)
local changed = merge(head, value, ARGV[9] == '1' and #value + 1 or h.fields, 10)
keep(KEYS[1], KEYS[2], ARGV[1], h, changed, now)
if known then
  return { whole(now), 'written', head }
end
return { whole(now), 'written over', changed }
`,
);
