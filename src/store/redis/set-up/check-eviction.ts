import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';
import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import type { RedisSettings } from '../options.ts';
import type { RedisPort } from '../port/redis-port.ts';

/** The INFO of a server: some managed servers leave out most of it. */
export type Info = ReadonlyMap<string, string>;

export function infoFrom(text: string): Info {
  const lines = text.split(/\r?\n/).map(line => line.split(':'));
  return new Map(lines.map(([name = '', ...value]) => [name, value.join(':')]));
}

const none = 'noeviction';

/**
 * Checks whether a server evicts keys when its memory is full. If this is unknown, a warning says so once.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP
 */
export async function checkEviction(
  port: RedisPort,
  infos: readonly Info[],
  { allowEviction }: RedisSettings,
  call: Call,
): Promise<void> {
  if (allowEviction) return;
  const reported = infos.map(policyOf);
  if (reported.every(policy => policy === none)) return;
  const configured = await configuredOf(port, call);
  const policies = reported.map((policy, at) => policy ?? configured?.[at]);
  const evicting = policies.find(policy => policy !== undefined && policy !== none);
  if (evicting !== undefined) throw evicts(evicting, configured !== undefined);
  if (policies.includes(undefined))
    notice(
      warningCodes.evictionUnknown,
      'The Redis server does not say whether it removes keys when its memory is full (maxmemory-policy). If it does, users are logged out, and a revocation mark of destroyAll may be lost: see to it in the console of the service that eviction is off, and set the option setUp of the store to false.',
    );
}

/** @returns undefined if the server does not say */
function policyOf(info: Info): string | undefined {
  const policy = info.get('maxmemory_policy');
  if (policy !== undefined) return policy;
  // Dragonfly has two modes instead.
  const mode = info.get('cache_mode');
  return mode === 'store' ? none : mode;
}

/** @returns undefined if CONFIG is forbidden, as on managed services */
async function configuredOf(
  port: RedisPort,
  call: Call,
): Promise<readonly (string | undefined)[] | undefined> {
  try {
    const answers = await port.sendToAll(['CONFIG', 'GET', 'maxmemory-policy'], call);
    return answers.map(valueIn);
  } catch (error) {
    call.signal.throwIfAborted();
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The value in a list of names and values; a client may return it as an object or a map. */
function valueIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const parts: readonly unknown[] =
    answer instanceof Map
      ? [...answer].flat()
      : Array.isArray(answer)
        ? answer
        : Object.entries(answer).flat();
  const [, value] = parts;
  return value === undefined ? undefined : String(value);
}

function evicts(policy: string, mayConfigure: boolean): Error {
  const remedy = mayConfigure
    ? 'Run: redis-cli CONFIG SET maxmemory-policy noeviction.'
    : 'The server forbids CONFIG: set maxmemory-policy to noeviction in the parameter group of the service (ElastiCache, MemoryDB), or in its console.';
  return setUpFailed(
    `The Redis server removes keys when its memory is full (maxmemory-policy ${policy}): users would be logged out, and a revocation mark of destroyAll might be lost. ${remedy} If that is acceptable, set the option allowEviction of redisBackend.`,
  );
}
