/** Needs that of time.ts. The arguments are those of write.ts. */
export const writeHash = `
local function write_hash(key, head, replace, ends)
  -- First, so that a server that refuses it leaves all as it is.
  call('HSET', key, '|', head)
  if replace then
    local has_end = call('PTTL', key) >= 0
    call('DEL', key)
    call('HSET', key, '|', head)
    -- It has none where somebody has taken it away.
    if has_end then
      call('PEXPIREAT', key, ends)
    end
  end
  local sets = 10 + ARGV[9]
  for i = 10, sets - 1 do
    call('HDEL', key, ARGV[i])
  end
  for i = sets, #ARGV, 2 do
    call('HSET', key, match(ARGV[i], ' (.*)|$'), ARGV[i + 1])
  end
end
`;
