/** The lifetime of a session that a framework's cookie sets, in milliseconds. */
export type CookieLife =
  /** The cookie sets no lifetime: the session has the idle time of the store. */
  | { readonly kind: 'of the store' }
  /** The expiry moves with each use. `expiresInMS` is the remaining time of the cookie itself, if the cookie has it. */
  | { readonly kind: 'rolling'; readonly idleMS: number; readonly expiresInMS: number | undefined }
  /** The session ends at a set time, however often it is used. */
  | { readonly kind: 'fixed'; readonly expiresInMS: number };

const ofTheStore: CookieLife = { kind: 'of the store' };

/** @param cookie the cookie of a session, or its JSON form */
export function cookieLifeOf(cookie: unknown, now = Date.now()): CookieLife {
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
 * A session's cookie in its stored form: values that change only with time are left out, so that a mere use does not write the
 * session.
 */
export function storedCookie(cookie: unknown): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(cookie) ?? 'null');
  if (typeof plain !== 'object' || plain === null) return plain;
  const { originalExpires: _, expires, ...rest } = plain as Record<string, unknown>;
  return cookieLifeOf(plain).kind === 'rolling' || expires === undefined ? rest : { ...rest, expires };
}

/** The cookie as the framework expects it: with the time at which the session expires. */
export function givenCookie(stored: unknown, leftMS: number, now = Date.now()): unknown {
  if (typeof stored !== 'object' || stored === null) return stored;
  const { expires }: { expires?: unknown } = stored;
  if (cookieLifeOf(stored).kind === 'rolling')
    return { ...stored, expires: new Date(now + Math.ceil(leftMS)) };
  return typeof expires === 'string' ? { ...stored, expires: new Date(expires) } : stored;
}

/** When a cookie of `givenCookie` expires, milliseconds since 1970; undefined if it sets no time. */
export function expiresOf(cookie: unknown): number | undefined {
  const { expires }: { expires?: unknown } = Object(cookie);
  return expires instanceof Date ? expires.getTime() : undefined;
}

/** The smallest intended difference of two ages: a smaller difference comes from two readings of the clock. */
export function differ(before: number, after: number): boolean {
  return Math.abs(after - before) > Math.min(1000, Math.abs(before) / 10);
}
