import { Audit } from '../audit/audit.ts';
import type { SessionBackend } from '../backend/backend.ts';
import { Calls } from '../requests/calls.ts';
import { CoalescedReads, SingleReads } from '../requests/reads.ts';
import { type FieldCodec, plainFields, plainOrSealedFields, sealedFields } from '../crypto/field-codec.ts';
import { GuardedStore } from './guarded-store.ts';
import { UserKeys } from '../ids/user-keys.ts';
import { checkBackend } from '../options/check-backend.ts';
import { checkStoreOptions } from '../options/check-options.ts';
import { LifeCut } from '../options/life-cut.ts';
import type { DataKey } from '../options/keys.ts';
import type { SessionStoreOptions } from '../options/store-options.ts';
import type { SessionStore } from './session-store.ts';
import { RevocationMarkLife } from '../sessions/revocation-mark-life.ts';
import type { StoreContext } from '../sessions/store-context.ts';

/**
 * A store for user sessions.
 * @param backend `mongoBackend`, `redisBackend`, `dynamoBackend` or `memoryBackend`, or your own back end
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts
 * import { memoryBackend, sessionStore } from 'session-guard/store';
 *
 * const sessions = sessionStore<{ cart: string[] }>(memoryBackend(), {
 *   keys: { tag: [process.env.SESSION_TAG_KEY ?? ''] },
 * });
 * const session = await sessions.create({ cart: ['tea'] }, { user: 'user-1' });
 * console.log((await sessions.get(session.id))?.data.cart); // → [ 'tea' ]
 * console.log(await sessions.destroyAll('user-1')); // → 1
 * console.log(await sessions.get(session.id)); // → null
 * ```
 */
export function sessionStore<T extends object = Record<string, unknown>>(
  backend: SessionBackend,
  options: SessionStoreOptions,
): SessionStore<T> {
  checkBackend(backend);
  const { keys, settings, encrypt, coalesce, setUp } = checkStoreOptions(options);
  const calls = new Calls(backend, { timeoutMS: settings.timeoutMS, setUp });
  const context: StoreContext = {
    audit: new Audit(backend.name),
    calls,
    reads: coalesce ? new CoalescedReads(calls, backend.readsAtOnce) : new SingleReads(calls),
    codec: codecOf(keys.data ?? [], encrypt),
    userKeys: new UserKeys(keys.tag),
    settings,
    markLife: new RevocationMarkLife(settings.markLifeMS),
    lifeCut: new LifeCut(settings.absoluteMS),
  };
  return new GuardedStore<T>(context, () => backend.setUpCommands());
}

function codecOf(dataKeys: readonly DataKey[], encrypt: boolean | 'from-now-on'): FieldCodec {
  if (encrypt !== false) return sealedFields(dataKeys, encrypt === 'from-now-on');
  return dataKeys.length === 0 ? plainFields : plainOrSealedFields(dataKeys);
}
