import { header } from './parts/header.ts';
import { userIndex } from './parts/user-index.ts';
import { scriptForEachLayout, scriptOf } from './parts/script.ts';
import { storage } from './parts/storage.ts';
import { time } from './parts/time.ts';

/** The usual case, before the functions that only the others need: the beginning of a session without a successor, or none. */
const usual = String.raw`
local value = redis.pcall('GETRANGE', KEYS[1], 0, 511)
if value == '' or type(value) == 'string' and string.find(value, '^1|[^|\n]*|[^|\n]*|[^|\n]*|[^|\n]*|[^|\n]*||[^\n]*\n') then
  local parts = redis.call('TIME')
  if value ~= '' then
    redis.call('DEL', KEYS[1])
  end
  redis.call('ZREM', KEYS[2], string.sub(KEYS[1], #KEYS[2] + 2))
  return { string.format('%s%03d', parts[1], parts[2] / 1000), 'found', value }
end
`;

/**
 * Keys: the session, the index. Argument: `always`; without `always`, a rotated session is only returned, and stays. A header
 * that cannot be read has no successor.
 */
export const removeScript = scriptForEachLayout(
  { string: usual, hash: '' },
  time,
  header,
  userIndex,
  storage,
  String.raw`
local key, index = unpack(KEYS)
local hash, which = sub(key, #index + 2), ARGV[1]
local now = time()
local value = beginning(key)
local is_rotated = value and find(value, '^1|[^|\n]*|[^|\n]*|[^|\n]*|[^|\n]*|[^|\n]*|[^|\n]')
if not is_rotated or which == 'always' then
  forget(key, index, hash)
end
if not value then
  return { whole(now), 'none' }
end
local h = parse(value)
return { whole(now), live(h, now) and 'live' or 'over', sub(value, 1, h.fields - 1) }
`,
);

/** Key: the index. Argument: the hash. */
export const removeFromIndexScript = scriptOf(
  time,
  `
local index, hash = KEYS[1], ARGV[1]
call('ZREM', index, hash)
return { whole(time()) }
`,
);
