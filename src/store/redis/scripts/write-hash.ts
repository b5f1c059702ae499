/** Needs that of time.ts. The arguments are those of write.ts. */
export const writeHash = `
local function write_hash(key, head, replace)
  -- First, so that a server that refuses it leaves all as it is.
  call('HSET', key, '|', head)
  if replace then
    local ends = call('PEXPIRETIME', key)
    call('DEL', key)
    call('HSET', key, '|', head)
    -- It has none where somebody has taken it away; a past one would remove the session.
    if ends > 0 then
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
