/**
 * An index never ends before the last of its sessions. What is over leaves it when a session comes in or moves, and with the
 * index itself.
 */
export const indexOfTag = `
local function track(index, hash, expires, now)
  local at = whole(expires)
  call('ZADD', index, at, hash)
  local left = call('PTTL', index)
  if left < 0 or now + left < expires then
    call('PEXPIREAT', index, at)
  end
  if left >= 0 then
    call('ZREMRANGEBYSCORE', index, '-inf', whole(now))
  end
end

local function forget(key, index, hash)
  call('DEL', key)
  call('ZREM', index, hash)
end
`;
