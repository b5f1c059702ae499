// @ts-check

/**
 * Data of about so many bytes as JSON, in a handful of fields as sessions have them.
 *
 * @param {number} bytes
 * @returns {Record<string, unknown>}
 */
export function dataOf(bytes) {
  const cart = Array.from({ length: Math.max(0, Math.round((bytes - 250) / 93)) }, (_, index) => ({
    sku: `sku-${10_000 + index}`,
    name: 'A thing that somebody wants to buy',
    quantity: 1 + (index % 3),
    price: 1999 + index,
  }));
  const preferences = { theme: 'dark', language: 'fr', currency: 'EUR' };
  return {
    user: 'user-4711',
    roles: ['reader', 'writer'],
    seen: 0,
    csrf: 'abcdefghijklmnopqrstuvwxyz',
    preferences,
    cart,
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
