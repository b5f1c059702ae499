/**
 * The beginning of all scripts. Lua prints numbers from 10^14 on with an exponent, so numbers are always written with `whole`
 * or '%.0f'.
 */
export const time = `
-- A local name is found far faster than a global one.
local call, concat, ipairs, pairs, pcall, tonumber, unpack = redis.call, table.concat, ipairs, pairs, pcall, tonumber, unpack
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

/**
 * Tries a write that changes nothing. A replica refuses even this write: its sessions may have ended on the master. Other
 * reasons to refuse a write, such as a full memory, do not prevent reads.
 */
export const onlyOnMaster = `
local function only_on_master(...)
  local answer = redis.pcall(...)
  if type(answer) == 'table' and answer.err and find(answer.err, '^READONLY') then
    error(answer)
  end
end
`;
