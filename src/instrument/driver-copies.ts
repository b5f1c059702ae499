import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { shared } from '../guard/shared-state.ts';
import { markInternal } from '../report/place.ts';
import type {
  DriverClass,
  DriverClient,
  DriverModules,
  ErrorClass,
  ExecuteOperation,
  KillCursorsClass,
} from './driver-types.ts';
import { folderOf } from './driver-folder.ts';

/** What is only to be had from the driver's own files. */
export interface DriverFiles {
  /** The exports object that holds `executeOperation`; the compiled driver always calls through it. */
  readonly operations: { executeOperation: ExecuteOperation };
  /** The driver's own function, for what the guard itself sends. */
  readonly executeOperation: ExecuteOperation;
  readonly AbstractCursor: DriverClass;
  readonly BulkOperationBase: DriverClass;
  readonly KillCursorsOperation: KillCursorsClass;
  readonly MongoExpiredSessionError: ErrorClass;
}

/** One copy of the driver in the process. */
export interface DriverCopy {
  readonly MongoClient: DriverClass;
  readonly ClientSession: DriverClass;
  /** Undefined where the driver is bundled into something else: then single operations cannot be seen. */
  readonly files: DriverFiles | undefined;
}

/** Finds the copy that a client comes from. */
export function copyOf(client: DriverClient): DriverCopy {
  const folder = folderOf(client);
  const known = folder === undefined ? undefined : shared.copies.get(folder);
  if (known !== undefined) return known as DriverCopy;
  const files = folder === undefined ? undefined : loadFiles(folder);
  const copy: DriverCopy = { ...classesOf(client), files };
  if (folder === undefined || files === undefined) return copy;
  // Source maps lead from lib to src.
  markInternal(folder);
  markInternal(`${dirname(folder)}/src/`);
  shared.copies.set(folder, copy);
  return copy;
}

function loadFiles(folder: string): DriverFiles | undefined {
  try {
    const load: DriverModules = createRequire(`${folder}index.js`);
    const operations = load('./operations/execute_operation.js');
    if (typeof operations.executeOperation !== 'function') return undefined;
    return {
      operations,
      executeOperation: operations.executeOperation,
      AbstractCursor: load('./cursor/abstract_cursor.js').AbstractCursor,
      BulkOperationBase: load('./bulk/common.js').BulkOperationBase,
      KillCursorsOperation: load('./operations/kill_cursors.js').KillCursorsOperation,
      MongoExpiredSessionError: load('./error.js').MongoExpiredSessionError,
    };
  } catch {
    return undefined;
  }
}

/** The classes are reached from an instance, also where their files are not. */
function classesOf(client: DriverClient): Pick<DriverCopy, 'MongoClient' | 'ClientSession'> {
  const session = client.startSession({ explicit: false });
  // It was never used: nothing is sent for it.
  session.endSession?.().catch(() => undefined);
  return {
    MongoClient: { prototype: ownerOf(client, 'startSession') },
    ClientSession: { prototype: ownerOf(session, 'startTransaction') },
  };
}

/** The prototype that holds a method: the client may be of a subclass. */
function ownerOf(instance: object, method: string): object {
  let prototype: object = Object.getPrototypeOf(instance);
  while (!Object.hasOwn(prototype, method) && Object.getPrototypeOf(prototype) !== null) {
    prototype = Object.getPrototypeOf(prototype);
  }
  return prototype;
}
