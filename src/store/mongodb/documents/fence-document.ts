import type { Fence } from '../../backend/fence.ts';
import { foreignDocument } from './session-document.ts';

/** The fence of a tag, in the same collection as the sessions. */
export interface FenceDocument {
  readonly _id: string;
  readonly t: string;
  readonly g: string;
  /** Raised. */
  readonly c: Date;
  /** The handle of the session that stays alive. */
  readonly h?: string;
  /** When it expires. */
  readonly e: Date;
}

const prefix = 'f:';

/** Hashes have 43 characters, and no colon. */
export function fenceId(tag: string): string {
  return prefix + tag;
}

export function isFenceDocument({ _id }: { readonly _id?: unknown }): boolean {
  return typeof _id === 'string' && _id.startsWith(prefix);
}

export const fenceProjection = { _id: 1, g: 1, c: 1, h: 1, e: 1, now: '$$NOW' } as const;

/**
 * @returns undefined for an expired fence that the TTL index has not removed yet
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE: "no fence" is never a guess
 */
export function fenceOf(document: object | undefined, now: number): Fence | undefined {
  if (document === undefined) return undefined;
  if (!isFence(document)) throw foreignDocument();
  if (now >= document.e.getTime()) return undefined;
  return { epoch: document.g, at: document.c.getTime(), except: document.h };
}

type Unknown = { readonly [name in keyof FenceDocument]?: unknown };

function isFence(document: Unknown): document is FenceDocument {
  const { g, c, h, e } = document;
  const handle = h === undefined || typeof h === 'string';
  return typeof g === 'string' && c instanceof Date && e instanceof Date && handle;
}
