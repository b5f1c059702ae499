import { randomBytes, randomUUID } from 'node:crypto';
import type { NewSession, SessionHeader, SessionKey } from '../../../store/backend/session-record.ts';
import { hashId, mintId, randomUserKey } from '../../../store/ids/session-id.ts';
import { newHandle, newVersion } from '../../../store/ids/random.ts';
import type { SessionBackend } from '../../../store/backend/backend.ts';
import { deepStrictEqual, ok } from 'node:assert';
import type { Ended, Live } from '../../../store/api/session-store.ts';
import type { Data } from './ground.ts';

/** A user that no other case uses. */
export function aUser(): string {
  return `user-${randomUUID()}`;
}

export function aKey(userKey: string = randomUserKey()): SessionKey {
  return { userKey, hash: hashId(mintId(userKey)) };
}

/** A session that is not stored yet; by default with a long lifetime and no data. */
export function aSession(own: Partial<NewSession> = {}): NewSession {
  return {
    ...aKey(own.userKey),
    user: undefined,
    handle: newHandle(),
    createdAt: 'now',
    authenticatedAt: undefined,
    epoch: '',
    idleMS: 3_600_000,
    expiresInMS: own.idleMS ?? 3_600_000,
    absoluteEnd: { inMS: 86_400_000 },
    device: undefined,
    version: newVersion(),
    successor: undefined,
    fields: new Map(),
    ...own,
  };
}

export function anEpoch(): string {
  return randomUUID();
}

export function aSecret(): Buffer {
  return randomBytes(32);
}

/** The same back end, but with rotations in several steps, as when the user key changes. */
export function inSteps(backend: SessionBackend): SessionBackend {
  return new Proxy(backend, {
    get(target, name) {
      if (name === 'rotate') return undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Compares headers. A back end may return a whole record instead of a header. */
export function sameHeader(given: SessionHeader, expected: SessionHeader, message?: string): void {
  deepStrictEqual(headerOf(given), headerOf(expected), message);
}

function headerOf(header: SessionHeader): Omit<SessionHeader, 'fields'> {
  const { fields: _, ...rest } = { fields: undefined, ...header };
  return rest;
}

export function isLiving(session: Live<Data> | Ended | null | undefined): session is Live<Data> {
  return session !== null && session !== undefined && !('ended' in session);
}

/** Returns a session that must be alive. */
export function living(session: Live<Data> | Ended | null, message?: string): Live<Data> {
  ok(isLiving(session), message ?? 'A session has ended that must be alive.');
  return session;
}
