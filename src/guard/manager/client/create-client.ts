import type { MongoClient } from 'mongodb';
import { clientBehind, isMongooseLike } from '../../mongoose/client-behind.ts';
import { codes } from '../../../errors/codes.ts';
import { invalidArgument, SessionGuardError } from '../../../errors/errors.ts';
import { demandObservation } from '../../runtime/process/on-demand.ts';
import { loadDriver } from './load-driver.ts';
import type { ConnectionManagerOptions } from '../options/options.ts';
import { withProfile } from '../options/profiles.ts';
import { secretsOf, withoutSecrets } from '../options/uri-secrets.ts';

/** @throws SessionGuardError with the driver's own error as its cause, unless this error quotes a part of the credentials */
export function createClient(uri: string, { client, profile }: ConnectionManagerOptions): MongoClient {
  const options = withProfile(uri, profile, client);
  // The place of a client is captured when it is made: the driver must be observed before.
  demandObservation();
  const { MongoClient } = loadDriver();
  try {
    return new MongoClient(uri, options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const shown = withoutSecrets(why, secretsOf(uri, options));
    const message = `The connection string or the client options cannot be used: ${shown}`;
    throw new SessionGuardError(codes.invalidArgument, message, shown === why ? { cause } : {});
  }
}

/**
 * @param call the call that the user made: `new ConnectionManager`, …
 * @throws SessionGuardError for anything that is not a connection string; the value is never quoted
 */
export function checkUri(uri: unknown, call: string): string {
  if (typeof uri === 'string' && uri !== '') return uri;
  const isUnset = uri === undefined || uri === null || uri === '';
  const given = `${nameOf(uri)}${isUnset ? ' (is the environment variable set?)' : ''}`;
  const orClient = call.startsWith('new') ? ', or a MongoClient' : '';
  throw invalidArgument(
    `${call} takes a connection string that begins with mongodb:// or mongodb+srv://${orClient}, not ${given}.`,
  );
}

/** @throws SessionGuardError for anything that is not, and does not have, a client of some copy of the driver */
export function checkClient(client: unknown, call: string): MongoClient {
  const found = isMongooseLike(client) ? clientBehind(client) : client;
  if (isClient(found)) return found;
  throw invalidArgument(
    `${call} takes a MongoClient (of mongodb 6 or 7), connected or not, mongoose, or a connection of mongoose, not ${nameOf(client)}.`,
  );
}

function isClient(value: unknown): value is MongoClient {
  if (typeof value !== 'object' || value === null) return false;
  return 'startSession' in value && 'db' in value && 's' in value && 'connect' in value;
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value === '') return 'an empty string';
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object of another kind';
  return `a ${typeof value}`;
}
