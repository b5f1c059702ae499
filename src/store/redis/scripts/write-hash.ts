/** Needs that of time.ts. The arguments are those of write.ts. */
export const writeHash = `
local function write_hash(key, head, replace)
  if replace then
    local ends = call('PEXPIRETIME', key)
    call('DEL', key)
    call('HSET', key, '|', head)
    call('PEXPIREAT', key, ends)
  else
    call('HSET', key, '|', head)
  end
  local sets = 11 + ARGV[10]
  for i = 11, sets - 1 do
    call('HDEL', key, ARGV[i])
  end
  for i = sets, #ARGV, 2 do
    call('HSET', key, match(ARGV[i], ' (.*)|$'), ARGV[i + 1])
  end
end
`;
