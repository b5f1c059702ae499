// @ts-check

/**
 * Data of about so many bytes as JSON, in a handful of fields as sessions have them.
 *
 * @param {number} bytes
 * @returns {Record<string, unknown>}
 */
export function dataOf(bytes) {
  const text = 'abcdefghijklmnopqrstuvwxyz012345'.repeat(Math.ceil(bytes / 32));
  return {
    user: 'user-4711',
    roles: ['reader', 'writer'],
    seen: 0,
    big: text.slice(0, Math.max(0, bytes - 80)),
  };
}

/** @param {number} bytes */
export function cookieSession(bytes) {
  const maxAge = 1_800_000;
  return {
    cookie: { originalMaxAge: maxAge, expires: new Date(Date.now() + maxAge), httpOnly: true, path: '/' },
    ...dataOf(bytes),
  };
}
