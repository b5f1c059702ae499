/** The attributes of a table of sessions. Their names count for the size of an item, so they are short. */
export const names = {
  tag: 'pk',
  sort: 'sk',
  user: 'u',
  handle: 'h',
  createdAt: 'c',
  authenticatedAt: 'l',
  generation: 'g',
  idleMS: 'i',
  /** The expiry in milliseconds: the truth. */
  expiresAt: 'x',
  /** The expiry in whole seconds, rounded up: for the table's TTL alone. A string or a fraction there would never expire. */
  cleanAfter: 'e',
  absoluteEnd: 'a',
  seenAt: 's',
  device: 'v',
  version: 'r',
  next: 'n',
  /** A random name of the last write: whose answer is lost finds itself by it. */
  write: 'w',
  fields: 'd',
  except: 'k',
} as const;

/** What the sort key of each session begins with. */
export const sessionPrefix = 's#';
export const fenceSort = 'f';
