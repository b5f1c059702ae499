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
