/**
 * An index never ends before the last of its sessions. What is over leaves it when a session comes in or moves, and with the
 * index itself.
 */
export const indexOfTag = `
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
`;
