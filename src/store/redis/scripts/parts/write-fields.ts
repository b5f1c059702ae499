/**
 * The requested changes of the fields, from the argument with the directory and the texts, and the names to remove after the
 * plan. Chosen: for each entry whether it is a change; it may be one of the fields that stay. Empty: all are.
 */
export const wantedFields = String.raw`
local function wanted_fields(packed, chosen)
  local w = { drop = {}, put = {}, names = {} }
  for i = 8, #ARGV do
    w.drop[ARGV[i]] = true
  end
  local from = find(packed, '\n', 1, true) + 1
  local stop = find(packed, '\n', from, true)
  local at, count = stop + 1, 0
  for entry, bytes, name in gmatch(sub(packed, from, stop - 1), '((%d+)[,%d]* ([^|]*)|)') do
    count = count + 1
    if chosen == '' or sub(chosen, count, count) == '1' then
      w.put[name] = { entry = entry, text = sub(packed, at, at + bytes - 1) }
      w.names[#w.names + 1] = name
    end
    at = at + bytes
  end
  return w
end
`;

/** The existing fields from the directory, each with the start of its text: counted from 0, as in Redis. */
const fields = String.raw`
local function fields_of(value, from)
  local stop = find(value, '\n', from, true)
  local fields, at = {}, stop
  for entry, bytes, name in gmatch(sub(value, from, stop - 1), '((%d+)[,%d]* ([^|]*)|)') do
    fields[#fields + 1] = { entry = entry, name = name, at = at, stop = at + bytes }
    at = at + bytes
  end
  return fields
end
`;

/**
 * If every new text is as long as the old one, only these texts are written, in place: a large session is not copied for a
 * small change. An entry has the name and the lengths, so it does not change.
 */
const inPlace = String.raw`
local function in_place(key, head, value, fields, w)
  if #head ~= fields - 1 or next(w.drop) then
    return false
  end
  local stop = find(value, '\n', fields, true)
  local found, at = {}, stop
  for entry, bytes, name in gmatch(sub(value, fields, stop - 1), '((%d+)[,%d]* ([^|]*)|)') do
    local put = w.put[name]
    if put and put.entry == entry then
      found[#found + 1] = { at, put.text }
    end
    at = at + bytes
  end
  if #found < #w.names then
    return false
  end
  call('SETRANGE', key, 0, head)
  for _, part in ipairs(found) do
    call('SETRANGE', key, part[1], part[2])
  end
  return true
end
`;

/** Replaces whole texts, whatever they contain. The unchanged texts are fetched in as few pieces as possible. */
const merge = String.raw`
local function merge(key, fields, w)
  local entries, texts, there, from, stop = {}, {}, {}, 0, 0
  local function fetch()
    if stop > from then
      texts[#texts + 1] = call('GETRANGE', key, from, stop - 1)
    end
  end
  for _, field in ipairs(fields) do
    local put = w.put[field.name]
    if put or w.drop[field.name] then
      fetch()
      from, stop = field.stop, field.stop
      if not w.drop[field.name] then
        entries[#entries + 1] = put.entry
        texts[#texts + 1] = put.text
        there[field.name] = true
      end
    else
      from = stop > from and from or field.at
      stop = field.stop
      entries[#entries + 1] = field.entry
    end
  end
  fetch()
  for _, name in ipairs(w.names) do
    if not there[name] then
      entries[#entries + 1] = w.put[name].entry
      texts[#texts + 1] = w.put[name].text
    end
  end
  return concat(entries) .. '\n', texts
end
`;

/** If the write makes the session expire at once, it returns the session as it would have been. */
const write = `
local function write_string(key, h, head, value, replace, now, w)
  if h.expires > now and not replace and in_place(key, head, value, h.fields, w) then
    return nil
  end
  local directory, texts = merge(key, replace and {} or fields_of(value, h.fields), w)
  if h.expires <= now then
    return head .. directory .. concat(texts)
  end
  put(key, head .. directory, texts, 'KEEPTTL')
end
`;

/** Needs time.ts, header.ts, storage.ts and `wantedFields`. */
export const writeString = fields + inPlace + merge + write;

/** Needs time.ts and `wantedFields`. */
export const writeHash = `
local function write_hash(key, head, replace, ends, w)
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
  for name in pairs(w.drop) do
    call('HDEL', key, name)
  end
  for _, name in ipairs(w.names) do
    call('HSET', key, name, w.put[name].text)
  end
end
`;
