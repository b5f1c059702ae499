import { Audit } from './audit/audit.ts';
import type { SessionBackend } from './backend/backend.ts';
import { Calls } from './calls/calls.ts';
import { CoalescedReads, SingleReads } from './calls/reads.ts';
import { plainFields, sealedFields } from './data/field-codec.ts';
import { GuardedStore } from './guarded-store.ts';
import { UserTags } from './ids/user-tags.ts';
import { checkBackend } from './options/check-backend.ts';
import { checkOptions } from './options/check-options.ts';
import { LifeCut } from './options/life-cut.ts';
import type { SessionStoreOptions } from './options/store-options.ts';
import type { SessionStore } from './session-store.ts';
import { FenceLife } from './sessions/fence-life.ts';
import type { Parts } from './sessions/parts.ts';

/**
 * A store for user sessions.
 * @param backend `mongoBackend`, `redisBackend`, `dynamoBackend` or `memoryBackend`, or one of your own
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 */
export function sessionStore<T extends object = Record<string, unknown>>(
  backend: SessionBackend,
  options: SessionStoreOptions,
): SessionStore<T> {
  checkBackend(backend);
  const { keys, settings, encrypt, coalesce, setUp } = checkOptions(options);
  const calls = new Calls(backend, { timeoutMS: settings.timeoutMS, setUp });
  const parts: Parts = {
    audit: new Audit(backend.name),
    calls,
    reads: coalesce ? new CoalescedReads(calls, backend.readsAtOnce) : new SingleReads(calls),
    codec: encrypt === false ? plainFields : sealedFields(keys.data ?? [], encrypt === 'from-now-on'),
    tags: new UserTags(keys.tag),
    settings,
    fenceLife: new FenceLife(settings.fenceMS),
    lifeCut: new LifeCut(settings.absoluteMS),
  };
  return new GuardedStore<T>(parts, () => backend.setUpCommands());
}
