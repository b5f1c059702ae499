/** All but the fields, by name, and the server's time. */
export const headerProjection = {
  _id: 1,
  t: 1,
  u: 1,
  h: 1,
  c: 1,
  a: 1,
  g: 1,
  i: 1,
  e: 1,
  x: 1,
  s: 1,
  w: 1,
  v: 1,
  n: 1,
  now: '$$NOW',
} as const;
