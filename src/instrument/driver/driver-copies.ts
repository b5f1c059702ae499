import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { shared } from '../../guard/shared-state.ts';
import { markInternal } from '../../report/place.ts';
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
  readonly GridFSBucket: DriverClass | undefined;
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
  const classes = classesOf(client);
  const folder = folderOf(client);
  const known = folder === undefined ? undefined : shared.copies.get(folder);
  if (isOf(known, classes.MongoClient)) return known;
  const load = folder === undefined ? undefined : createRequire(`${folder}index.js`);
  const copy = folder === undefined || load === undefined ? undefined : copyIn(folder, load);
  // A loader with a registry of its own (a test runner's) gives the same file twice: then this is not the client's copy.
  return isOf(copy, classes.MongoClient) ? copy : { ...classes, files: undefined };
}

/**
 * The copy whose compiled files lie in a folder (with a trailing slash), by the `require` that its program loads it with.
 * Undefined where the folder does not hold what is expected of a driver.
 */
export function copyIn(folder: string, load: DriverModules): DriverCopy | undefined {
  const loaded = loadCopy(load);
  if (loaded === undefined) return undefined;
  // Source maps lead from lib to src.
  markInternal(folder);
  markInternal(`${dirname(folder)}/src/`);
  shared.copies.set(folder, loaded);
  return loaded;
}

function isOf(copy: unknown, { prototype }: DriverClass): copy is DriverCopy {
  if (typeof copy !== 'object' || copy === null || !('MongoClient' in copy)) return false;
  return (copy as DriverCopy).MongoClient.prototype === prototype;
}

function loadCopy(load: DriverModules): DriverCopy | undefined {
  try {
    const operations = load('./operations/execute_operation.js');
    if (typeof operations.executeOperation !== 'function') return undefined;
    const files: DriverFiles = {
      operations,
      executeOperation: operations.executeOperation,
      AbstractCursor: load('./cursor/abstract_cursor.js').AbstractCursor,
      BulkOperationBase: load('./bulk/common.js').BulkOperationBase,
      KillCursorsOperation: load('./operations/kill_cursors.js').KillCursorsOperation,
      MongoExpiredSessionError: load('./error.js').MongoExpiredSessionError,
      GridFSBucket: load('./gridfs/index.js').GridFSBucket,
    };
    const { MongoClient } = load('./mongo_client.js');
    const { ClientSession } = load('./sessions.js');
    return { MongoClient, ClientSession, files };
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
