import type { Layout } from '../../options.ts';

/*
 * A session is a string (header, directory, texts; see format/fields.ts) or a hash (the header in the field '|', which cannot
 * be a name, and a hash field for each field). A store creates one of the two, and reads and writes both. In a script every
 * copy of a large text costs more than several calls: about a microsecond for each kilobyte.
 */

const both = String.raw`
-- With all of its header and its directory; the texts behind them may be large.
local function beginning_of_string(key)
  local value = call('GETRANGE', key, 0, 511)
  if #value == 512 and not find(value, '\n[^\n]*\n') then
    value = call('GET', key)
  end
  return value ~= '' and value or nil
end

local function header_of_hash(key)
  return call('HGET', key, '|') or nil
end

-- A large text costs less to append than to put behind another one first. Answers false where SET does.
local function put(key, head, texts, ...)
  local size = 0
  for _, text in ipairs(texts) do
    size = size + #text
  end
  if size <= 4096 then
    return call('SET', key, head .. concat(texts), ...)
  end
  local done = call('SET', key, head, ...)
  if done then
    for _, text in ipairs(texts) do
      call('APPEND', key, text)
    end
  end
  return done
end

-- Redis still serves a key in the millisecond of its PXAT.
local function end_of(h)
  return whole(h.expires - 1)
end

local function track_if_moved(index, hash, before, h, now)
  local kept = kept_until(h.expires, h.idle)
  if kept ~= before then
    track(index, hash, kept, now)
  end
end

-- The header is written again, with its end; the data stay. Before: how long the index keeps it now.
local function put_header(key, index, hash, h, is_hash, now, before)
  local head = line(h)
  if h.expires <= now then
    forget(key, index, hash)
    return head
  end
  if is_hash then
    call('HSET', key, '|', head)
  elseif #head == h.fields - 1 then
    call('SETRANGE', key, 0, head)
  else
    put(key, head, { call('GETRANGE', key, h.fields - 1, -1) }, 'KEEPTTL')
  end
  call('PEXPIREAT', key, end_of(h))
  track_if_moved(index, hash, before, h, now)
  return head
end
`;

const ofString = `
local function beginning(key)
  local done, value = pcall(beginning_of_string, key)
  if done then
    return value, false
  end
  return header_of_hash(key), true
end

local function store_new(key, h, head, from)
  return put(key, head, { ARGV[from] }, 'PXAT', end_of(h), 'NX')
end
`;

const ofHash = `
local function beginning(key)
  local done, value = pcall(header_of_hash, key)
  if done then
    return value, true
  end
  return beginning_of_string(key), false
end

local function store_new(key, h, head, from)
  if call('EXISTS', key) == 1 then
    return false
  end
  call('HSET', key, '|', head)
  for i = from, #ARGV, 1000 do
    call('HSET', key, unpack(ARGV, i, min(i + 999, #ARGV)))
  end
  call('PEXPIREAT', key, end_of(h))
  return true
end
`;

/**
 * `beginning` returns the header and more text, and whether it is a hash; `store_new` takes its fields from the arguments that
 * start at `from`.
 */
export const storage: Readonly<Record<Layout, string>> = { string: both + ofString, hash: both + ofHash };
