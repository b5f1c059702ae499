/**
 * Takes a write that changes nothing. A replica refuses that one, too: what it could tell may have ended on the master.
 * Other reasons to refuse a write, such as a full memory, are none not to read.
 */
export const onlyOnMaster = `
local function only_on_master(...)
  local answer = redis.pcall(...)
  if type(answer) == 'table' and answer.err and find(answer.err, '^READONLY') then
    error(answer)
  end
end
`;
