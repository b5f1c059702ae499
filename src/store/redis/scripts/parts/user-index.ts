/**
 * How long the index keeps a session: until the next of a few set times after its expiry, so that not every use of the session
 * has to be written there. A session with a short life is kept until its expiry.
 */
export const keptUntil = `
local function kept_until(expires, idle)
  local step = idle < 60000 and 1 or math.min(math.floor(idle / 6), 300000)
  return math.ceil(expires / step) * step
end
`;

/**
 * An index never expires before the last of its sessions. Expired sessions are removed from it when a session is added or
 * moved, and with the index itself.
 */
export const track = `
local function track(index, hash, kept, now)
  local at = string.format('%.0f', math.min(kept, 9007199254740991))
  redis.call('ZADD', index, at, hash)
  local left = redis.call('PTTL', index)
  if left < 0 or now + left < kept then
    redis.call('PEXPIREAT', index, at)
  end
  if left >= 0 then
    redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('%.0f', now))
  end
end
`;

/** What keeps the index of a user key. */
export const userIndex = `${keptUntil}${track}
local function forget(key, index, hash)
  call('DEL', key)
  call('ZREM', index, hash)
end
`;
