import { MongoClient, type MongoClientOptions } from 'mongodb';
import { clientBehind, isMongooseLike } from '../mongoose/client-behind.ts';
import { codes } from '../errors/codes.ts';
import { invalidArgument, SessionGuardError } from '../errors/errors.ts';

/** @throws SessionGuardError with the driver's own error as its cause; the connection string is never quoted: it holds a password */
export function createClient(uri: unknown, options: MongoClientOptions | undefined): MongoClient {
  if (typeof uri !== 'string') {
    const given = uri === undefined ? 'undefined (is the environment variable set?)' : typeof uri;
    throw invalidArgument(
      `The connection string must be a string that begins with mongodb:// or mongodb+srv://, not ${given}.`,
    );
  }
  try {
    return new MongoClient(uri, options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The connection string or the client options cannot be used: ${why}`;
    throw new SessionGuardError(codes.invalidArgument, message, { cause });
  }
}

/** @throws SessionGuardError for anything that is not, or has not, a client of the driver, from whatever copy of it */
export function checkClient(client: unknown): MongoClient {
  const found = isMongooseLike(client) ? clientBehind(client) : client;
  if (isClient(found)) return found;
  throw invalidArgument(
    'ConnectionManager.adopt takes a MongoClient (of mongodb 6 or 7), connected or not, mongoose, or a connection of mongoose.',
  );
}

function isClient(value: unknown): value is MongoClient {
  if (typeof value !== 'object' || value === null) return false;
  return 'startSession' in value && 'db' in value && 's' in value && 'connect' in value;
}
