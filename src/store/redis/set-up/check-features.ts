import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import { says } from '../calls/commands.ts';
import type { RedisSettings } from '../options.ts';
import type { RedisPort } from '../port/redis-port.ts';

/**
 * Key: an unused key, which does not exist afterwards. Tests the commands that the scripts need beyond those of every Redis of
 * the last ten years.
 */
const lackingScript = `
local key, lacking = KEYS[1], {}
local function try(name, ...)
  local answer = redis.pcall(...)
  if type(answer) == 'table' and answer.err and not string.find(answer.err, 'NOPERM') then
    lacking[#lacking + 1] = name
  end
  return answer
end
local now = redis.call('TIME')
local soon = string.format('%.0f', now[1] * 1000 + 60000)
redis.call('DEL', key)
try('SET with PXAT', 'SET', key, '1|', 'PXAT', soon, 'NX')
try('SET with KEEPTTL', 'SET', key, '1|2', 'KEEPTTL')
try('GETRANGE', 'GETRANGE', key, 0, 1)
try('SETRANGE', 'SETRANGE', key, 0, '2')
try('APPEND', 'APPEND', key, '3')
if try('PTTL', 'PTTL', key) == -1 then
  lacking[#lacking + 1] = 'SET that keeps an end'
end
redis.call('DEL', key)
try('ZADD', 'ZADD', key, soon, 'a')
try('PEXPIREAT', 'PEXPIREAT', key, soon)
try('ZRANGE with BYSCORE', 'ZRANGE', key, '(0', '+inf', 'BYSCORE')
redis.call('DEL', key)
return lacking
`;

/**
 * For a server whose version does not show its features.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP
 */
export async function checkFeatures(
  port: RedisPort,
  { keyPrefix }: RedisSettings,
  version: string,
  call: Call,
): Promise<void> {
  const needs = `Sessions need Redis 7 or later, or a server that can do the same; this one says that its version is ${version}`;
  const key = `${keyPrefix}s:{set-up}:`;
  let lacking: unknown;
  try {
    lacking = await port.send(key, ['EVAL', lackingScript, '1', key], call);
  } catch (cause) {
    if (!says(cause, 'ERR')) throw cause;
    throw setUpFailed(`${needs}, and its scripts cannot do what is needed. The cause says why.`, cause);
  }
  if (!Array.isArray(lacking)) throw setUpFailed(`${needs}, and a script gives no answer.`);
  if (lacking.length > 0) throw setUpFailed(`${needs}, and it lacks ${lacking.map(String).join(', ')}.`);
}
