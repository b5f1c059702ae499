import { header, index, time } from './header.ts';
import { scriptOf } from './script.ts';

/** What is to be done to the fields. Arguments from `from` on: how many names to remove, those, then names and fields to set. */
const wanted = `
local function wanted_from(from)
  local w = { drop = {}, put = {}, names = {}, drops = tonumber(ARGV[from]) }
  local sets = from + 1 + w.drops
  for i = from + 1, sets - 1 do
    w.drop[ARGV[i]] = true
  end
  for i = sets, #ARGV, 2 do
    w.put[ARGV[i]] = ARGV[i + 1]
    w.names[#w.names + 1] = ARGV[i]
  end
  return w
end

local function field_at(value, at)
  local first, last, name, text = string.find(value, '^(%d+),(%d+)[,%d]*;', at)
  if not first then
    error({ err = 'UNREADABLE not a session of this version' })
  end
  return string.sub(value, last + 1, last + name), last + name + text + 1
end
`;

/** Puts whole fields in the place of others, whatever is in them. */
const merge = `
local function merge(head, value, at, w)
  local out, there, same = { head }, {}, at
  while at <= #value do
    local name, stop = field_at(value, at)
    if w.put[name] or w.drop[name] then
      out[#out + 1] = string.sub(value, same, at - 1)
      if not w.drop[name] then
        out[#out + 1] = w.put[name]
        there[name] = true
      end
      same = stop
    end
    at = stop
  end
  out[#out + 1] = string.sub(value, same)
  for _, name in ipairs(w.names) do
    if not there[name] then
      out[#out + 1] = w.put[name]
    end
  end
  return table.concat(out)
end
`;

/** Where every part is as long as the one in its place, only those are written: a large session is not copied for a small change. */
const inPlace = `
local function in_place(key, head, value, at, w)
  if #head ~= at - 1 or w.drops > 0 then
    return false
  end
  local found, left = {}, #w.names
  while at <= #value and left > 0 do
    local name, stop = field_at(value, at)
    local put = w.put[name]
    if put then
      if #put ~= stop - at then
        return false
      end
      found[#found + 1] = { at - 1, put }
      left = left - 1
    end
    at = stop
  end
  if left > 0 then
    return false
  end
  redis.call('SETRANGE', key, 0, head)
  for _, part in ipairs(found) do
    redis.call('SETRANGE', key, part[1], part[2])
  end
  return true
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
  wanted,
  merge,
  inPlace,
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
local before = h.expires
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
local w = wanted_from(10)
if ARGV[9] ~= '1' and h.expires > now and in_place(KEYS[1], head, value, h.fields, w) then
  if h.expires ~= before then
    redis.call('PEXPIREAT', KEYS[1], whole(h.expires - 1))
    track(KEYS[2], ARGV[1], h.expires, now)
  end
  return known and { whole(now), 'written', head } or { whole(now), 'written over', redis.call('GET', KEYS[1]) }
end
local changed = merge(head, value, ARGV[9] == '1' and #value + 1 or h.fields, w)
if h.expires == before then
  -- The index has this end already.
  redis.call('SET', KEYS[1], changed, 'KEEPTTL')
else
  keep(KEYS[1], KEYS[2], ARGV[1], h, changed, now)
end
if known then
  return { whole(now), 'written', head }
end
return { whole(now), 'written over', changed }
`,
);
