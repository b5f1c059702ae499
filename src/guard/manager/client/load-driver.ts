import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as mongodb from 'mongodb';
import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';

type Driver = Pick<typeof mongodb, 'MongoClient'>;

let loaded: Driver | undefined;

/** For bundlers, which find the driver only by an `import`. */
export function provideDriver(driver: Driver): void {
  loaded = driver;
}

/**
 * The driver is only loaded to make a client: a program that adopts the client of mongoose may not have `mongodb` installed.
 * @throws SessionGuardError if the package is not installed; otherwise the error of the driver when it is loaded
 */
export function loadDriver(): Driver {
  loaded ??= load();
  return loaded;
}

function load(): Driver {
  try {
    return createRequire(import.meta.url)('mongodb');
  } catch (cause) {
    throw isMissing(cause) ? driverMissing(cause) : cause;
  }
}

function isMissing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error))
    return false;
  return (
    error.code === 'MODULE_NOT_FOUND' && String(error.message).startsWith("Cannot find module 'mongodb'")
  );
}

function driverMissing(cause: unknown): SessionGuardError {
  const message =
    `A ConnectionManager makes its client with the package mongodb, which is not installed where session-guard finds it ` +
    `(${dirname(fileURLToPath(import.meta.url))}). Install it (npm install mongodb), or give a client that exists: ` +
    'ConnectionManager.adopt(client), ConnectionManager.adopt(mongoose).';
  return new SessionGuardError(codes.driverMissing, message, { cause });
}
