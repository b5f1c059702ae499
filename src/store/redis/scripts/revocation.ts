import { header } from './parts/header.ts';
import { userIndex } from './parts/user-index.ts';
import { onlyOnMaster, time } from './parts/time.ts';
import { scriptForEachLayout, scriptOf } from './parts/script.ts';
import { storage } from './parts/storage.ts';

/** Key: the revocation mark, or any other key if only the time is needed. */
export const readMarkScript = scriptOf(
  time,
  onlyOnMaster,
  `
local mark = KEYS[1]
only_on_master('SETRANGE', mark, 0, '')
return { whole(time()), call('GET', mark) or '' }
`,
);

/** Key: the revocation mark. Arguments: epoch, except, life in milliseconds. */
export const setMarkScript = scriptOf(
  time,
  `
local key = KEYS[1]
local epoch, except, life = unpack(ARGV)
local now = time()
local mark = epoch .. '|' .. whole(now) .. '|' .. except
-- Let pass when the memory is full: a server refuses only the first write of a script, if it needs memory.
call('DEL', key)
call('SET', key, mark, 'PX', whole(max(1, tonumber(life))))
return { whole(now) }
`,
);

/** Key: the index. Returns its sessions, and the time before they were read. */
export const indexScript = scriptOf(
  time,
  `
local index = KEYS[1]
local now = time()
return { whole(now), call('ZRANGE', index, 0, -1) }
`,
);

/** Key: the index. Returns its sessions that have not expired. */
export const liveIndexScript = scriptOf(
  time,
  onlyOnMaster,
  `
local index = KEYS[1]
only_on_master('ZREM', index, '')
local now = time()
return { whole(now), call('ZRANGE', index, '(' .. whole(now), '+inf', 'BYSCORE') }
`,
);

/**
 * Keys: sessions, and after them the index, if it is on the same server. Arguments: user, except, the epoch of the revocation
 * mark, how many sessions, their hashes. Sessions of this epoch are from log-ins that began after the mark was set. Returns the
 * number of pairs, the pairs of hash and header that were removed, and what the index still has.
 */
export const sweepScript = scriptForEachLayout(
  time,
  header,
  userIndex,
  storage,
  `
local user, except, epoch, count = unpack(ARGV, 1, 4)
count = tonumber(count)
local index = KEYS[count + 1]
local removed = {}
for i = 1, count do
  local key, hash = KEYS[i], ARGV[4 + i]
  local value = beginning(key)
  local h = value and parse(value)
  if not h then
    if index then
      call('ZREM', index, hash)
    end
  elseif h.user == user and '=' .. h.handle ~= except and h.epoch ~= epoch then
    call('DEL', key)
    if index then
      call('ZREM', index, hash)
    end
    removed[#removed + 1] = hash
    removed[#removed + 1] = sub(value, 1, h.fields - 1)
  end
end
return { whole(time()), removed, index and call('ZRANGE', index, 0, -1) or {} }
`,
);
