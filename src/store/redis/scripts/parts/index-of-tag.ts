/**
 * An index never expires before the last of its sessions. Expired sessions are removed from it when a session is added or
 * moved, and with the index itself.
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
