import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import type { Layout, RedisSettings } from '../options.ts';
import type { RedisPort } from '../port/redis-port.ts';

const strings = ['get', 'mget', 'getrange', 'set', 'setrange', 'append'];
const hashes = ['hget', 'hgetall', 'hset', 'hdel'];
const others = ['time', 'exists', 'del', 'pttl', 'pexpireat', 'zadd', 'zrem', 'zrange', 'zremrangebyscore'];

/** The commands that a store calls. A store that creates hashes also works with existing strings. */
const commandsOf: Readonly<Record<Layout, readonly string[]>> = {
  string: [...strings, ...others],
  hash: [...strings, ...hashes, ...others],
};

/**
 * Key: none, so that each server of a cluster can run it. Arguments: a key, which represents all keys of a command, and
 * commands.
 */
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
 * If a command of a script is refused, the script stops there, and its earlier changes stay: a session without an expiry, or
 * without a part of its data.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP
 */
export async function checkCommands(port: RedisPort, settings: RedisSettings, call: Call): Promise<void> {
  const { layout } = settings;
  // The client does not put its own prefix before an argument.
  const keyPrefix = `${port.keyPrefix ?? ''}${settings.keyPrefix}`;
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

/** The checks of the set-up as commands, for applications that may not call INFO. */
export const setUpCommands = `# Redis 7.0 or later, or a server that can do the same, a master (role:master):
redis-cli INFO server | grep redis_version
redis-cli INFO replication | grep role
# No key is removed when the memory is full; CONFIG REWRITE keeps the setting over a restart.
# A managed service that forbids CONFIG has maxmemory-policy in its parameter group or console:
redis-cli INFO memory | grep maxmemory_policy
redis-cli CONFIG SET maxmemory-policy noeviction
redis-cli CONFIG REWRITE
`;
