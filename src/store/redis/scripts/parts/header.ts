/** The line of format/header.ts, and the arithmetic of backend/life.ts. */
export const header = String.raw`
local function unreadable()
  error({ err = 'UNREADABLE not a session of this version' })
end

local parts_of_header = '^1|(%d+)|(%d+)|(%d+)|(%d+)|(%d+)|([^|\n]*)|([^|\n]*)|([^|\n]*)|([^|\n]*)|([^\n]*)\n()'

-- The part 'fields' says where the directory begins.
local function parse(value)
  local version, expires, absolute, idle, seen, successor, user, handle, epoch, rest, fields =
    match(value, parts_of_header)
  if not fields then
    unreadable()
  end
  return {
    version = version, expires = tonumber(expires), absolute = tonumber(absolute), idle = tonumber(idle), seen = seen,
    successor = successor, user = user, handle = handle, epoch = epoch, rest = rest, fields = fields
  }
end

local function line(h)
  return format('1|%s|%.0f|%.0f|%.0f|%s|', h.version, h.expires, h.absolute, floor(h.idle), h.seen)
    .. h.successor .. '|' .. h.user .. '|' .. h.handle .. '|' .. h.epoch .. '|' .. h.rest .. '\n'
end

local function live(h, now)
  return now < h.expires and now < h.absolute
end

local function refreshed(h, now)
  return max(h.expires, min(now + h.idle, h.absolute))
end
`;
