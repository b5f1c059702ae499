import { header } from './header.ts';
import { indexOfTag } from './index-of-tag.ts';
import { onlyOnMaster } from './only-on-master.ts';
import { scriptForEachLayout, scriptOf } from './script.ts';
import { storage } from './storage.ts';
import { time } from './time.ts';

/** Key: the fence, or any other where only the time is wanted. */
export const readFenceScript = scriptOf(
  time,
  onlyOnMaster,
  `
only_on_master('SETRANGE', KEYS[1], 0, '')
return { whole(time()), call('GET', KEYS[1]) or '' }
`,
);

/** Key: the fence. Arguments: generation, except, life in milliseconds. */
export const raiseFenceScript = scriptOf(
  time,
  `
local now = time()
local fence = ARGV[1] .. '|' .. whole(now) .. '|' .. ARGV[2]
-- Let pass when the memory is full: a server refuses only the first write of a script, if it needs memory.
call('DEL', KEYS[1])
call('SET', KEYS[1], fence, 'PX', whole(max(1, tonumber(ARGV[3]))))
return { whole(now) }
`,
);

/** Key: the index. Its sessions, and the time before they were asked for. */
export const indexScript = scriptOf(
  time,
  `
local now = time()
return { whole(now), call('ZRANGE', KEYS[1], 0, -1) }
`,
);

/** Key: the index. Those of its sessions that are not over. */
export const liveIndexScript = scriptOf(
  time,
  onlyOnMaster,
  `
only_on_master('ZREM', KEYS[1], '')
local now = time()
return { whole(now), call('ZRANGE', KEYS[1], '(' .. whole(now), '+inf', 'BYSCORE') }
`,
);

/**
 * Keys: sessions, and behind them the index, where it is in reach. Arguments: user, except, the fence's generation, how many
 * sessions, their hashes. Those of the generation are of log-ins that began after the fence was raised.
 * Answers the number of pairs, the pairs of hash and header that were removed, and what the index still has.
 */
export const sweepScript = scriptForEachLayout(
  time,
  header,
  indexOfTag,
  storage,
  `
local count = tonumber(ARGV[4])
local index = KEYS[count + 1]
local removed = {}
for i = 1, count do
  local value = beginning(KEYS[i])
  local h = value and parse(value)
  if not h then
    if index then
      call('ZREM', index, ARGV[4 + i])
    end
  elseif h.user == ARGV[1] and '=' .. h.handle ~= ARGV[2] and h.generation ~= ARGV[3] then
    call('DEL', KEYS[i])
    if index then
      call('ZREM', index, ARGV[4 + i])
    end
    removed[#removed + 1] = ARGV[4 + i]
    removed[#removed + 1] = sub(value, 1, h.fields - 1)
  end
end
return { whole(time()), removed, index and call('ZRANGE', index, 0, -1) or {} }
`,
);
