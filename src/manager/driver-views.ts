import type { ClientSession, MongoClient } from 'mongodb';
import type { DriverClient, DriverSession } from '../instrument/driver/driver-types.ts';

/** The same objects, seen as `instrument/` sees those of all driver versions, and back. */

export function asDriverClient(client: MongoClient): DriverClient {
  return client as unknown as DriverClient;
}

export function asDriverSession(session: ClientSession): DriverSession {
  return session as unknown as DriverSession;
}

export function asClientSession(session: DriverSession): ClientSession {
  return session as unknown as ClientSession;
}
