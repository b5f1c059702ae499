/*
 * What the scripts share. The header's line is that of format/header.ts, the directory behind it that of format/fields.ts; the
 * arithmetic is that of backend/life.ts. A number of Lua is a double and prints in exponents from 10^14 on, so it is always
 * written by `whole` or '%.0f'. What costs is the number of calls to Redis, and every copy of a large text.
 */

export const time = `
-- A local name is found far faster than a global one.
local call, tonumber, ipairs, concat = redis.call, tonumber, ipairs, table.concat
local floor, min, max = math.floor, math.min, math.max
local find, format, gmatch, match, sub = string.find, string.format, string.gmatch, string.match, string.sub

local function time()
  local parts = call('TIME')
  return parts[1] * 1000 + floor(parts[2] / 1000)
end

local function whole(number)
  return format('%.0f', min(floor(number), 9007199254740991))
end
`;

export const header = `
local function unreadable()
  error({ err = 'UNREADABLE not a session of this version' })
end

local parts_of_header = '^1|(%d+)|(%d+)|(%d+)|(%d+)|(%d+)|([^|\\n]*)|([^|\\n]*)|([^|\\n]*)|([^|\\n]*)|([^\\n]*)\\n()'

-- The part 'fields' says where the directory begins.
local function parse(value)
  local version, expires, absolute, idle, seen, next, user, handle, generation, rest, fields =
    match(value, parts_of_header)
  if not fields then
    unreadable()
  end
  return {
    version = version, expires = tonumber(expires), absolute = tonumber(absolute), idle = tonumber(idle), seen = seen,
    next = next, user = user, handle = handle, generation = generation, rest = rest, fields = fields
  }
end

local function line(h)
  return format('1|%s|%.0f|%.0f|%.0f|%s|', h.version, h.expires, h.absolute, floor(h.idle), h.seen)
    .. h.next .. '|' .. h.user .. '|' .. h.handle .. '|' .. h.generation .. '|' .. h.rest .. '\\n'
end

local function live(h, now)
  return now < h.expires and now < h.absolute
end

local function refreshed(h, below, now)
  if h.expires - now >= below then
    return h.expires
  end
  return max(h.expires, min(now + h.idle, h.absolute))
end
`;

/** The beginning of a session, with all of its header and its directory. The texts behind them may be large. */
export const beginning = `
local function beginning(key)
  local value = call('GETRANGE', key, 0, 511)
  if #value == 512 and not find(value, '\\n[^\\n]*\\n') then
    value = call('GET', key)
  end
  return value ~= '' and value or nil
end
`;

/**
 * An index never ends before the last of its sessions. What is over leaves it when a session comes in or moves, and with the
 * index itself.
 */
export const index = `
-- A large text costs less to append than to put behind another one first. Answers false where SET does.
local function put(key, head, texts, ...)
  local size = 0
  for _, text in ipairs(texts) do
    size = size + #text
  end
  if size <= 4096 then
    return call('SET', key, head .. concat(texts), ...)
  end
  local done = call('SET', key, head, ...)
  if done then
    for _, text in ipairs(texts) do
      call('APPEND', key, text)
    end
  end
  return done
end

local function track(index, hash, expires, now)
  local at = whole(expires)
  call('ZADD', index, at, hash)
  if call('PEXPIREAT', index, at, 'NX') == 0 then
    call('PEXPIREAT', index, at, 'GT')
    call('ZREMRANGEBYSCORE', index, '-inf', whole(now))
  end
end

local function forget(key, index, hash)
  call('DEL', key)
  call('ZREM', index, hash)
end

-- Redis still serves a key in the millisecond of its PXAT.
local function keep(key, index, hash, h, head, texts, now)
  if h.expires <= now then
    return forget(key, index, hash)
  end
  put(key, head, texts, 'PXAT', whole(h.expires - 1))
  track(index, hash, h.expires, now)
end
`;

/** A new session, of thirteen arguments; see newSessionArguments. */
export const born = `
local function born(now)
  local absolute = floor(ARGV[5] ~= '' and tonumber(ARGV[5]) or now + ARGV[4])
  local seen = whole(now)
  local created = ARGV[11] == 'now' and seen or ARGV[11]
  local authenticated = ARGV[12] == 'now' and seen or ARGV[12]
  return {
    version = ARGV[2], expires = min(floor(now + ARGV[3]), absolute), absolute = absolute,
    idle = tonumber(ARGV[6]), seen = seen, next = ARGV[7], user = ARGV[8], handle = ARGV[9],
    generation = ARGV[10], rest = created .. '|' .. authenticated .. '|' .. ARGV[13]
  }
end

local function fenced(fence, h)
  if not fence or h.user == '' then
    return false
  end
  local generation, except = match(fence, '^([^|]*)|[^|]*|(.*)$')
  return generation ~= h.generation and except ~= '=' .. h.handle
end

-- A client that has lost its connection may send the same once more.
local function same(value, h)
  local there = parse(value)
  return there.version == h.version and there.handle == h.handle
end
`;
