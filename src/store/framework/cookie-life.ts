/** How long a framework's cookie makes its session live. Milliseconds. */
export type CookieLife =
  /** The cookie says nothing: the session has the idle time of the store. */
  | { readonly kind: 'of the store' }
  /** It moves with each use. `expiresInMS` is what is left of the cookie itself, where it says so. */
  | { readonly kind: 'rolling'; readonly idleMS: number; readonly expiresInMS: number | undefined }
  /** It ends at a set time, however much it is used. */
  | { readonly kind: 'fixed'; readonly expiresInMS: number };

const ofTheStore: CookieLife = { kind: 'of the store' };

/** @param cookie that of a session, or what JSON makes of it */
export function lifeOf(cookie: unknown, now = Date.now()): CookieLife {
  if (typeof cookie !== 'object' || cookie === null) return ofTheStore;
  const { originalMaxAge, expires }: { originalMaxAge?: unknown; expires?: unknown } = cookie;
  const expiresInMS = timeLeft(expires, now);
  if (typeof originalMaxAge === 'number' && Number.isFinite(originalMaxAge))
    return { kind: 'rolling', idleMS: Math.round(originalMaxAge), expiresInMS };
  return expiresInMS === undefined ? ofTheStore : { kind: 'fixed', expiresInMS };
}

function timeLeft(expires: unknown, now: number): number | undefined {
  if (!(expires instanceof Date) && typeof expires !== 'string') return undefined;
  const at = new Date(expires).getTime();
  return Number.isNaN(at) ? undefined : at - now;
}

/**
 * A session's cookie as it is stored: what time alone changes is left out, so that a session which is only used is not
 * written.
 */
export function storedCookie(cookie: unknown): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(cookie) ?? 'null');
  if (typeof plain !== 'object' || plain === null) return plain;
  const { originalExpires: _, expires, ...rest } = plain as Record<string, unknown>;
  return lifeOf(plain).kind === 'rolling' || expires === undefined ? rest : { ...rest, expires };
}

/** The cookie as the framework expects it: with the time at which the session expires. */
export function givenCookie(stored: unknown, leftMS: number, now = Date.now()): unknown {
  if (typeof stored !== 'object' || stored === null) return stored;
  const { expires }: { expires?: unknown } = stored;
  if (lifeOf(stored).kind === 'rolling') return { ...stored, expires: new Date(now + Math.ceil(leftMS)) };
  return typeof expires === 'string' ? { ...stored, expires: new Date(expires) } : stored;
}

/** The least difference of two ages that somebody means: what is less comes from the clock having moved on between two readings. */
export function differ(before: number, after: number): boolean {
  return Math.abs(after - before) > Math.min(1000, Math.abs(before) / 10);
}
