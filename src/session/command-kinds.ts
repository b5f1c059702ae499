import type { OperationKind } from './events.ts';

/** The kind of an operation by its command; all others are plain commands. */
export const commandKinds: Readonly<Record<string, OperationKind>> = {
  find: 'read',
  aggregate: 'read',
  distinct: 'read',
  insert: 'write',
  update: 'write',
  delete: 'write',
  findAndModify: 'write',
  findandmodify: 'write',
  bulkWrite: 'write',
  getMore: 'getMore',
  killCursors: 'killCursors',
};
