import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import type { Layout, RedisSettings } from '../options.ts';
import type { RedisPort } from '../port/redis-port.ts';

const strings = ['get', 'mget', 'getrange', 'set', 'setrange', 'append'];
const hashes = ['hget', 'hgetall', 'hset', 'hdel'];
const others = ['time', 'exists', 'del', 'pttl', 'pexpireat', 'zadd', 'zrem', 'zrange', 'zremrangebyscore'];

/** What a store calls. One that makes hashes keeps the strings that are there. */
const commandsOf: Readonly<Record<Layout, readonly string[]>> = {
  whole: [...strings, ...others],
  fields: [...strings, ...hashes, ...others],
};

/** Key: none, so that each server of a cluster runs it. Arguments: a key, which stands for all of a command's, and commands. */
const refusedScript = `
local refused = {}
for i = 2, redis.acl_check_cmd and #ARGV or 1 do
  if not redis.acl_check_cmd(ARGV[i], ARGV[1], ARGV[1], ARGV[1]) then
    refused[#refused + 1] = ARGV[i]
  end
end
return refused
`;

/**
 * A script that is refused a command stops there, and what it has done so far stays: a session without an end, or without a part
 * of its data.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP
 */
export async function checkCommands(
  port: RedisPort,
  { keyPrefix, layout }: RedisSettings,
  call: Call,
): Promise<void> {
  const key = `${keyPrefix}s:{set-up}:`;
  const replies = await port.sendToAll(['EVAL', refusedScript, '0', key, ...commandsOf[layout]], call);
  const refused = new Set(replies.flatMap(reply => (Array.isArray(reply) ? reply.map(String) : [])));
  if (refused.size === 0) return;
  const names = [...refused];
  const rules = names.map(name => `+${name}`);
  throw setUpFailed(
    `The user of the Redis client may not call ${names.join(', ')} on keys that begin with '${keyPrefix}': a write would stop half-way. Allow it: ACL SETUSER <name> ~${keyPrefix}* ${rules.join(' ')}`,
  );
}
