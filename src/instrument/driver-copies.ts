import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { warningCodes } from '../errors/codes.ts';
import { notice } from '../guard/notices.ts';
import { shared } from '../guard/shared-state.ts';
import { markInternal } from '../report/place.ts';
import { parseStack } from '../report/stack.ts';
import type {
  DriverClass,
  DriverClient,
  ErrorClass,
  ExecuteOperation,
  KillCursorsClass,
} from './driver-types.ts';

/** One copy of the driver in the process: its classes, and the function that every operation goes through. */
export interface DriverCopy {
  /** The exports object that holds `executeOperation`; the compiled driver always calls through it. */
  readonly operations: { executeOperation: ExecuteOperation };
  /** The driver's own function, for what the guard itself sends. */
  readonly executeOperation: ExecuteOperation;
  readonly MongoClient: DriverClass;
  readonly ClientSession: DriverClass;
  readonly AbstractCursor: DriverClass;
  readonly BulkOperationBase: DriverClass;
  readonly KillCursorsOperation: KillCursorsClass;
  readonly MongoExpiredSessionError: ErrorClass;
}

/** Finds the copy that a client comes from, or undefined where the driver is bundled into something else. */
export function copyOf(client: DriverClient): DriverCopy | undefined {
  const folder = folderOf(client);
  if (folder === undefined) return undefined;
  const known = shared.copies.get(folder) as DriverCopy | undefined;
  return known ?? loadCopy(folder);
}

/** Says once that only a part can be seen. */
export function reducedCoverage(): void {
  notice(
    warningCodes.reducedCoverage,
    'session-guard cannot reach the files of this MongoDB driver (is it bundled?). Sessions and transactions are ' +
      'observed, single operations are not: no drain, no use-after-end. Keep mongodb external to the bundle.',
  );
}

function loadCopy(folder: string): DriverCopy | undefined {
  try {
    const load = createRequire(`${folder}index.js`);
    const operations = load('./operations/execute_operation.js');
    const copy: DriverCopy = {
      operations,
      executeOperation: operations.executeOperation,
      MongoClient: load('./mongo_client.js').MongoClient,
      ClientSession: load('./sessions.js').ClientSession,
      AbstractCursor: load('./cursor/abstract_cursor.js').AbstractCursor,
      BulkOperationBase: load('./bulk/common.js').BulkOperationBase,
      KillCursorsOperation: load('./operations/kill_cursors.js').KillCursorsOperation,
      MongoExpiredSessionError: load('./error.js').MongoExpiredSessionError,
    };
    if (typeof copy.executeOperation !== 'function') return undefined;
    markInternal(folder.replaceAll('\\', '/'));
    shared.copies.set(folder, copy);
    return copy;
  } catch {
    return undefined;
  }
}

const found = Symbol('the stack was read');

/**
 * The driver reads the options of `startSession` before it makes the session: a getter that throws sees the stack of the
 * copy's own file, and no session comes to be.
 */
function folderOf(client: DriverClient): string | undefined {
  let stack: string | undefined;
  const options = {
    explicit: false,
    get causalConsistency(): boolean {
      stack = new Error('where').stack;
      throw found;
    },
  };
  try {
    client.startSession(options);
  } catch (error) {
    if (error !== found) return undefined;
  }
  const frame = parseStack(stack).find(({ file }) => /[\\/]mongo_client\.js$/.test(file));
  return frame && `${dirname(frame.file)}/`;
}
