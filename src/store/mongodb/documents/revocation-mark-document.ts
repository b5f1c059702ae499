import type { RevocationMark } from '../../backend/revocation-mark.ts';
import { foreignDocument } from './session-document.ts';

/** The revocation mark of a user key, in the same collection as the sessions. */
export interface RevocationMarkDocument {
  readonly _id: string;
  readonly t: string;
  readonly g: string;
  /** When it was set. */
  readonly c: Date;
  /** The handle of the session that stays alive. */
  readonly h?: string;
  /** When it expires. */
  readonly e: Date;
}

const prefix = 'f:';

/** Hashes have 43 characters, and no colon. */
export function markId(userKey: string): string {
  return prefix + userKey;
}

export function isMarkDocument({ _id }: { readonly _id?: unknown }): boolean {
  return typeof _id === 'string' && _id.startsWith(prefix);
}

export const markProjection = { _id: 1, g: 1, c: 1, h: 1, e: 1, now: '$$NOW' } as const;

/**
 * @returns undefined for an expired revocation mark that the TTL index has not removed yet
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE: "no mark" is never a guess
 */
export function markOf(document: object | undefined, now: number): RevocationMark | undefined {
  if (document === undefined) return undefined;
  if (!isMark(document)) throw foreignDocument();
  if (now >= document.e.getTime()) return undefined;
  return { epoch: document.g, at: document.c.getTime(), except: document.h };
}

type Unknown = { readonly [name in keyof RevocationMarkDocument]?: unknown };

function isMark(document: Unknown): document is RevocationMarkDocument {
  const { g, c, h, e } = document;
  const handle = h === undefined || typeof h === 'string';
  return typeof g === 'string' && c instanceof Date && e instanceof Date && handle;
}
