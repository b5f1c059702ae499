import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import { isOneOfSeveral, says } from '../calls/commands.ts';
import type { RedisSettings } from '../options.ts';
import type { RedisPort } from '../port/redis-port.ts';
import { checkCommands } from './check-commands.ts';
import { checkEviction, type Info, infoFrom } from './check-eviction.ts';
import { checkFeatures } from './check-features.ts';

export interface Servers {
  /** True if the servers refuse commands with keys of several slots. */
  readonly isSlotted: boolean;
}

/** Checks that the servers can store sessions. @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP */
export async function checkServers(port: RedisPort, settings: RedisSettings, call: Call): Promise<Servers> {
  await port.ready(call);
  const infos = await infosOf(port, call);
  for (const info of infos) checkRole(info);
  await checkEviction(port, infos, settings, call);
  const isSlotted = infos.some(isInClusterMode);
  if (isSlotted && !port.isCluster) await checkIsAlone(port, settings, call);
  if (infos.some(info => !isNewEnough(info))) await checkFeatures(port, settings, versionOf(infos), call);
  await checkCommands(port, settings, call);
  return { isSlotted };
}

async function infosOf(port: RedisPort, call: Call): Promise<readonly Info[]> {
  try {
    const texts = await port.sendToAll(['INFO'], call);
    return texts.map(text => infoFrom(String(text)));
  } catch (cause) {
    if (!says(cause, 'NOPERM')) throw cause;
    throw setUpFailed(
      'The user of the Redis client may not call INFO, which tells whether the server removes sessions when its memory is full. Allow it (ACL SETUSER <name> +info), or run what setUpCommands() gives by hand and set the option setUp of the store to false.',
      cause,
    );
  }
}

const sureFrom = 7;

/** Other servers may also have the needed commands: some services report an older version, or none. */
function isNewEnough(info: Info): boolean {
  return Number.parseInt(info.get('redis_version') ?? '', 10) >= sureFrom;
}

function versionOf(infos: readonly Info[]): string {
  return infos.find(info => !isNewEnough(info))?.get('redis_version') ?? 'unknown';
}

function checkRole(info: Info): void {
  const role = info.get('role');
  if (role === 'slave' || role === 'replica')
    throw setUpFailed(
      'The Redis client is connected to a replica, which takes no writes and may still have sessions that have ended. Connect it to the master.',
    );
}

function isInClusterMode(info: Info): boolean {
  return info.get('redis_mode') === 'cluster' || info.get('cluster_enabled') === '1';
}

const samples = 16;

/** A plain client that is connected to one of several servers would find only some of the sessions. */
async function checkIsAlone(port: RedisPort, { keyPrefix }: RedisSettings, call: Call): Promise<void> {
  const names = Array.from({ length: samples }, (_, at) => `${keyPrefix}s:{set-up ${at}}:`);
  try {
    await Promise.all(names.map(name => port.send(name, ['EXISTS', name], call)));
  } catch (error) {
    if (says(error, 'NOPERM')) return; // the commands that the user may not call are named together
    if (!says(error, 'MOVED')) throw error;
    throw setUpFailed(`Sessions would be lost: ${isOneOfSeveral}`, error);
  }
}
