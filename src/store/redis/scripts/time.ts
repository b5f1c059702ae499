/** What all scripts begin with. A number of Lua prints in exponents from 10^14 on, so it is always written by `whole` or '%.0f'. */
export const time = `
-- A local name is found far faster than a global one.
local call, concat, ipairs, pcall, tonumber, unpack = redis.call, table.concat, ipairs, pcall, tonumber, unpack
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
