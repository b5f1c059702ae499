import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { shared } from '../../runtime/process/shared-state.ts';
import { markInternal } from '../../stack/place.ts';
import type {
  DriverClass,
  DriverClient,
  DriverModules,
  ErrorClass,
  ExecuteOperation,
  KillCursorsClass,
} from './driver-types.ts';
import { folderOf } from './driver-folder.ts';

/** The internals that only the driver's own files give. */
export interface DriverFiles {
  /** The exports object that holds `executeOperation`; the compiled driver always calls through it. */
  readonly operations: { executeOperation: ExecuteOperation };
  /** The driver's own function, for commands of the guard itself. */
  readonly executeOperation: ExecuteOperation;
  readonly AbstractCursor: DriverClass;
  readonly BulkOperationBase: DriverClass;
  readonly KillCursorsOperation: KillCursorsClass;
  readonly MongoExpiredSessionError: ErrorClass;
  readonly MongoNotConnectedError: ErrorClass;
  readonly MongoNetworkError: ErrorClass;
  readonly GridFSBucket: DriverClass | undefined;
  readonly Server: DriverClass | undefined;
  readonly AbstractOperation: DriverClass | undefined;
}

/** One copy of the driver in the process. */
export interface DriverCopy {
  readonly MongoClient: DriverClass;
  readonly ClientSession: DriverClass;
  /** Undefined if the driver is bundled into another file: then single operations cannot be observed. */
  readonly files: DriverFiles | undefined;
}

/** Finds the copy of the driver that has made a client. */
export function copyOf(client: DriverClient): DriverCopy {
  const classes = classesOf(client);
  const folder = folderOf(client);
  const known = folder === undefined ? undefined : shared.copies.get(folder);
  if (isOf(known, classes.MongoClient)) return known;
  const load = folder === undefined ? undefined : createRequire(`${folder}index.js`);
  const copy = folder === undefined || load === undefined ? undefined : copyIn(folder, load);
  // A loader with its own registry (of a test runner) loads the same file twice: then this is not the copy of the client.
  return isOf(copy, classes.MongoClient) ? copy : { ...classes, files: undefined };
}

/**
 * The copy whose compiled files are in a folder (with a trailing slash), loaded by the `require` of its program. Undefined if
 * the folder does not have the expected files of a driver.
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
    const errors = load('./error.js');
    const files: DriverFiles = {
      operations,
      executeOperation: operations.executeOperation,
      AbstractCursor: load('./cursor/abstract_cursor.js').AbstractCursor,
      BulkOperationBase: load('./bulk/common.js').BulkOperationBase,
      KillCursorsOperation: load('./operations/kill_cursors.js').KillCursorsOperation,
      MongoExpiredSessionError: errors.MongoExpiredSessionError,
      MongoNotConnectedError: errors.MongoNotConnectedError,
      MongoNetworkError: errors.MongoNetworkError,
      GridFSBucket: load('./gridfs/index.js').GridFSBucket,
      Server: load('./sdam/server.js').Server,
      AbstractOperation: load('./operations/operation.js').AbstractOperation,
    };
    const { MongoClient } = load('./mongo_client.js');
    const { ClientSession } = load('./sessions.js');
    return { MongoClient, ClientSession, files };
  } catch {
    return undefined;
  }
}

/** The classes are taken from an instance, because their files may not be reachable. */
function classesOf(client: DriverClient): Pick<DriverCopy, 'MongoClient' | 'ClientSession'> {
  const session = client.startSession({ explicit: false });
  // Nothing is sent for a session that was never used.
  session.endSession?.().catch(() => undefined);
  return {
    MongoClient: { prototype: ownerOf(client, 'startSession') },
    ClientSession: { prototype: ownerOf(session, 'startTransaction') },
  };
}

/** The prototype that has a method: the client's class may be a subclass. */
function ownerOf(instance: object, method: string): object {
  let prototype: object = Object.getPrototypeOf(instance);
  while (!Object.hasOwn(prototype, method) && Object.getPrototypeOf(prototype) !== null) {
    prototype = Object.getPrototypeOf(prototype);
  }
  return prototype;
}
