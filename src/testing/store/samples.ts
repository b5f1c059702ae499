import { randomBytes, randomUUID } from 'node:crypto';
import type { SessionKey } from '../../store/backend/session-key.ts';
import type { NewSession } from '../../store/backend/session-record.ts';
import { hashId } from '../../store/ids/hash-id.ts';
import { newHandle, newVersion } from '../../store/ids/names.ts';
import { mintId, randomTag } from '../../store/ids/session-id.ts';

/** A user whom no other case knows. */
export function aUser(): string {
  return `user-${randomUUID()}`;
}

export function aKey(tag: string = randomTag()): SessionKey {
  return { tag, hash: hashId(mintId(tag)) };
}

/** A session that is not stored yet, with a long life and no data unless it is said otherwise. */
export function aSession(own: Partial<NewSession> = {}): NewSession {
  return {
    ...aKey(own.tag),
    user: undefined,
    handle: newHandle(),
    createdAt: 'now',
    authenticatedAt: undefined,
    generation: '',
    idleMS: 3_600_000,
    expiresInMS: own.idleMS ?? 3_600_000,
    absoluteEnd: { inMS: 86_400_000 },
    device: undefined,
    version: newVersion(),
    next: undefined,
    fields: new Map(),
    ...own,
  };
}

export function aGeneration(): string {
  return randomUUID();
}

export function aSecret(): Buffer {
  return randomBytes(32);
}
