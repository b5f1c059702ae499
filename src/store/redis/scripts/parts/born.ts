/** A new session, from nine arguments; see newSessionArguments. */
export const born = `
local function born(now)
  local start, expires_in, absolute, absolute_from, idle, middle, created_at, authenticated_at, device = unpack(ARGV, 1, 9)
  local successor, user, handle, epoch = match(middle, '^|([^|]*)|([^|]*)|([^|]*)|([^|]*)|$')
  absolute = floor(absolute_from == 'now' and now + absolute or tonumber(absolute))
  local seen = whole(now)
  local created = created_at == 'now' and seen or created_at
  local authenticated = authenticated_at == 'now' and seen or authenticated_at
  -- It had another id before.
  local renewed = created_at == 'now' and '' or '|' .. seen
  return {
    version = match(start, '^1|(.*)|$'), expires = min(floor(now + expires_in), absolute), absolute = absolute,
    idle = tonumber(idle), seen = seen, successor = successor, user = user, handle = handle,
    epoch = epoch, rest = created .. '|' .. authenticated .. device .. renewed
  }
end

local function revoked(mark, h)
  if not mark or h.user == '' then
    return false
  end
  local epoch, except = match(mark, '^([^|]*)|[^|]*|(.*)$')
  return epoch ~= h.epoch and except ~= '=' .. h.handle
end

-- A client that has lost its connection may send the same once more.
local function same(value, h)
  local there = parse(value)
  return there.version == h.version and there.handle == h.handle
end
`;
