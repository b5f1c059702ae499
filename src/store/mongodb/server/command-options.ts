/**
 * What the collection, its database or its client is set to does not count: what is acknowledged is on a majority of the members,
 * what is read comes from the primary, and values are JavaScript's own.
 */
export const commandOptions = {
  readPreference: 'primary',
  readConcern: { level: 'local' },
  writeConcern: { w: 'majority' },
  includeResultMetadata: false,
  raw: false,
  promoteValues: true,
  promoteLongs: true,
  useBigInt64: false,
  // A text that is no UTF-8 must not keep the others of its batch from being read.
  enableUtf8Validation: false,
} as const;

export const linearizable = { ...commandOptions, readConcern: { level: 'linearizable' } } as const;
