import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import type { RedisSettings } from '../options.ts';
import type { RedisPort } from '../port/redis-port.ts';
import { says } from '../calls/commands.ts';
import { checkCommands } from './check-commands.ts';

/** Whether the servers can keep sessions. @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP */
export async function checkServers(port: RedisPort, settings: RedisSettings, call: Call): Promise<void> {
  await port.ready(call);
  for (const info of await infos(port, call)) checkOne(info, settings);
  await checkCommands(port, settings, call);
}

async function infos(port: RedisPort, call: Call): Promise<readonly ReadonlyMap<string, string>[]> {
  try {
    const texts = await port.sendToAll(['INFO'], call);
    return texts.map(text => linesOf(String(text)));
  } catch (cause) {
    if (!says(cause, 'NOPERM')) throw cause;
    throw setUpFailed(
      'The user of the Redis client may not call INFO, which tells whether the server removes sessions when its memory is full. Allow it (ACL SETUSER <name> +info), or run what setUpCommands() gives by hand and set the option setUp of the store to false.',
      cause,
    );
  }
}

function linesOf(info: string): ReadonlyMap<string, string> {
  const lines = info.split(/\r?\n/).map(line => line.split(':'));
  return new Map(lines.map(([name = '', ...value]) => [name, value.join(':')]));
}

const leastVersion = 7;

function checkOne(info: ReadonlyMap<string, string>, { allowEviction }: RedisSettings): void {
  const version = info.get('redis_version') ?? 'unknown';
  if (!(Number.parseInt(version, 10) >= leastVersion))
    throw setUpFailed(
      `Sessions need Redis ${leastVersion} or later; the server is ${version}. Before 7.0 a script's effects and its clock are not what the store relies on.`,
    );
  if (info.get('role') === 'slave')
    throw setUpFailed(
      'The Redis client is connected to a replica, which takes no writes and may still have sessions that were ended. Connect it to the master.',
    );
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  if (policy !== 'noeviction' && !allowEviction)
    throw setUpFailed(
      `The Redis server removes keys when its memory is full (maxmemory-policy ${policy}): users would be logged out, and a fence of destroyAll might be lost. Run: redis-cli CONFIG SET maxmemory-policy noeviction. If that is acceptable, set the option allowEviction of redisBackend.`,
    );
}
